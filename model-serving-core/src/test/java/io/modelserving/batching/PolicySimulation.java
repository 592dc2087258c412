package io.modelserving.batching;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;

import io.modelserving.batching.BatchingPolicy.Decision;
import io.modelserving.batching.BatchingPolicy.Dispatch;
import io.modelserving.batching.BatchingPolicy.Wait;
import io.modelserving.batching.BatchingPolicy.Waiting;

/**
 * Plays arrivals of single rows through a policy in virtual time, as idle instances would
 * ask it.
 */
final class PolicySimulation {

	private final BatchingPolicy policy;

	private final IntToLongFunction cost;

	private final long[] busyUntil;

	private final Map<String, Deque<Arrival>> waiting = new LinkedHashMap<>();

	private final List<Run> runs = new ArrayList<>();

	PolicySimulation(BatchingPolicy policy, int instances, IntToLongFunction cost) {
		this.policy = policy;
		this.cost = cost;
		this.busyUntil = new long[instances];
	}

	/**
	 * Play arrivals to the end.
	 * @param arrivals the arrivals, by ascending time
	 * @return the runs, in the order of their beginning
	 */
	List<Run> play(List<Arrival> arrivals) {
		Deque<Arrival> coming = new ArrayDeque<>(arrivals);
		long now = 0;
		while (!coming.isEmpty() || !this.waiting.isEmpty()) {
			while (!coming.isEmpty() && coming.peek().time() <= now) {
				this.waiting.computeIfAbsent(coming.peek().group(), group -> new ArrayDeque<>()).add(coming.poll());
			}
			long next = coming.isEmpty() ? Long.MAX_VALUE : coming.peek().time();
			int idle = idle(now);
			if (idle < 0) {
				next = Math.min(next, Arrays.stream(this.busyUntil).min().getAsLong());
			}
			else {
				long wait = ask(idle, now);
				next = (wait < 0) ? now : Math.min(next, (wait == Long.MAX_VALUE) ? wait : now + wait);
			}
			now = next;
		}
		return this.runs;
	}

	private int idle(long now) {
		for (int i = 0; i < this.busyUntil.length; i++) {
			if (this.busyUntil[i] <= now) {
				return i;
			}
		}
		return -1;
	}

	private long ask(int instance, long now) {
		long wait = Long.MAX_VALUE;
		List<Choice> due = new ArrayList<>();
		for (Map.Entry<String, Deque<Arrival>> group : this.waiting.entrySet()) {
			Deque<Arrival> calls = group.getValue();
			Decision decision = this.policy.decide(
					new Waiting(calls.size(), calls.peek().time(), Deadline.NONE, this.cost.applyAsLong(calls.size())),
					false, now);
			if (decision instanceof Dispatch dispatch) {
				due.add(new Choice(group.getKey(), calls.peek().time(), dispatch.reason()));
			}
			else if (decision instanceof Wait until) {
				wait = Math.min(wait, until.nanos());
			}
		}
		due.stream().min(Comparator.comparingLong(Choice::oldest)).ifPresent(choice -> run(instance, choice, now));
		return due.isEmpty() ? wait : -1;
	}

	private void run(int instance, Choice choice, long now) {
		Deque<Arrival> calls = this.waiting.get(choice.group());
		List<Arrival> batch = new ArrayList<>();
		while (!calls.isEmpty() && batch.size() < this.policy.maxBatchSize()) {
			batch.add(calls.poll());
		}
		if (calls.isEmpty()) {
			this.waiting.remove(choice.group());
		}
		this.busyUntil[instance] = now + this.cost.applyAsLong(batch.size());
		this.runs.add(new Run(now, this.busyUntil[instance], choice.reason(), batch));
	}

	record Arrival(long time, String group) {
	}

	record Run(long start, long end, DispatchReason reason, List<Arrival> batch) {

		long oldest() {
			return this.batch.get(0).time();
		}

	}

	private record Choice(String group, long oldest, DispatchReason reason) {
	}

}
