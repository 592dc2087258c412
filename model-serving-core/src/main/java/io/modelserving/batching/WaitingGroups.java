package io.modelserving.batching;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.admission.QueueLength;
import io.modelserving.batching.BatchingPolicy.Decision;
import io.modelserving.batching.BatchingPolicy.Dispatch;
import io.modelserving.batching.BatchingPolicy.Wait;
import io.modelserving.batching.BatchingPolicy.Waiting;

/**
 * All calls that wait, by what they must have in common to share a batch. Not
 * thread-safe; it is guarded by the lock of the queue.
 */
final class WaitingGroups<I, O> {

	private final IntToLongFunction costs;

	private final Map<Object, WaitingCalls<I, O>> groups = new LinkedHashMap<>();

	private int requests;

	private int rows;

	private long bytes;

	private int[] rowsOfLevels = new int[1];

	WaitingGroups(IntToLongFunction costs) {
		this.costs = costs;
	}

	boolean isEmpty() {
		return this.groups.isEmpty();
	}

	int rows() {
		return this.rows;
	}

	/**
	 * Return the memory that all calls take.
	 */
	long bytes() {
		return this.bytes;
	}

	void add(PendingCall<I, O> call) {
		this.groups.computeIfAbsent(call.group(), group -> new WaitingCalls<>()).add(call);
		count(call, 1);
	}

	/**
	 * Take a call out.
	 * @return whether it was there
	 */
	boolean remove(PendingCall<I, O> call) {
		WaitingCalls<I, O> group = this.groups.get(call.group());
		if (group == null || !group.remove(call)) {
			return false;
		}
		count(call, -1);
		if (group.isEmpty()) {
			this.groups.remove(call.group());
		}
		return true;
	}

	private void count(PendingCall<I, O> call, int sign) {
		if (call.level() > this.rowsOfLevels.length) {
			this.rowsOfLevels = Arrays.copyOf(this.rowsOfLevels, call.level());
		}
		this.requests += sign;
		this.rows += sign * call.rows();
		this.bytes += sign * call.bytes();
		this.rowsOfLevels[call.level() - 1] += sign * call.rows();
	}

	/**
	 * Choose the group that goes next: of those that may go, the one of the call whose
	 * turn it is, also if another is full.
	 */
	Choice<I, O> choose(BatchingPolicy policy, boolean closed, long now) {
		WaitingCalls<I, O> chosen = null;
		DispatchReason reason = DispatchReason.IDLE;
		long rank = 0;
		long waitNanos = Long.MAX_VALUE;
		for (WaitingCalls<I, O> group : this.groups.values()) {
			Decision decision = policy.decide(waiting(group, policy), closed, now);
			if (decision instanceof Wait wait) {
				waitNanos = Math.min(waitNanos, wait.nanos());
			}
			else if (decision instanceof Dispatch dispatch) {
				long own = group.first(policy.priorities()).rank(policy.priorities());
				if (chosen == null || own - rank < 0) {
					chosen = group;
					reason = dispatch.reason();
					rank = own;
				}
			}
		}
		return new Choice<>(chosen, reason, waitNanos);
	}

	private Waiting waiting(WaitingCalls<I, O> group, BatchingPolicy policy) {
		int enough = policy.maxBatchSize();
		long oldest = group.oldestArrival();
		Deadline earliest = policy.maxQueueDelay().isZero() ? Deadline.NONE : group.earliestDeadline(enough, oldest);
		return new Waiting(group.rows(), oldest, earliest, this.costs.applyAsLong(Math.min(group.rows(), enough)));
	}

	/**
	 * Look for the next batch of a group: the calls whose turn it is, as many as the
	 * policy allows, but one at least. They stay.
	 */
	TakenBatch<I, O> next(WaitingCalls<I, O> group, DispatchReason reason, BatchingPolicy policy, long now) {
		List<PendingCall<I, O>> batch = new ArrayList<>();
		List<PendingCall<I, O>> unwanted = new ArrayList<>();
		int batchRows = 0;
		Iterator<PendingCall<I, O>> calls = group.inTurn(policy.priorities());
		while (calls.hasNext()) {
			PendingCall<I, O> call = calls.next();
			boolean wanted = call.isWanted(now);
			if (wanted && batchRows > 0 && batchRows + call.rows() > policy.maxBatchSize()) {
				break;
			}
			(wanted ? batch : unwanted).add(call);
			batchRows += wanted ? call.rows() : 0;
		}
		return new TakenBatch<>(reason, batch, unwanted);
	}

	/**
	 * Take calls out that wait. Allocates nothing, so that none is lost half-way.
	 */
	void take(List<PendingCall<I, O>> calls) {
		for (int i = 0; i < calls.size(); i++) {
			remove(calls.get(i));
		}
	}

	/**
	 * Take out all that waits.
	 */
	List<PendingCall<I, O>> clear() {
		List<PendingCall<I, O>> all = new ArrayList<>(this.requests);
		this.groups.values().forEach(group -> all.addAll(group.all()));
		this.groups.clear();
		this.requests = 0;
		this.rows = 0;
		this.bytes = 0;
		Arrays.fill(this.rowsOfLevels, 0);
		return all;
	}

	/**
	 * Return the rows of a level and of those before it.
	 */
	int rowsUpTo(int level) {
		int before = 0;
		for (int i = 0; i < Math.min(level, this.rowsOfLevels.length); i++) {
			before += this.rowsOfLevels[i];
		}
		return before;
	}

	QueueLength length(long now) {
		long longest = 0;
		for (WaitingCalls<I, O> group : this.groups.values()) {
			longest = Math.max(longest, now - group.oldestArrival());
		}
		return new QueueLength(this.requests, this.rows, longest);
	}

	/**
	 * What to take.
	 *
	 * @param group the calls to take from, or {@code null} if none may go yet
	 * @param reason why they go
	 * @param waitNanos after how many nanoseconds to choose again if none may go
	 */
	record Choice<I, O>(@Nullable WaitingCalls<I, O> group, DispatchReason reason, long waitNanos) {
	}

}
