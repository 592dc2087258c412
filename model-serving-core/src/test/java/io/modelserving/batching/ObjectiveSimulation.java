package io.modelserving.batching;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntToLongFunction;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.admission.Admission;
import io.modelserving.batching.admission.CostCurve;
import io.modelserving.batching.admission.LatencyObjective;
import io.modelserving.batching.admission.LoadEstimate;
import io.modelserving.batching.admission.ObjectiveStatus;
import io.modelserving.batching.admission.Admission.Decision;
import io.modelserving.batching.BatchQueue.WorkerSlot;

/**
 * Plays calls of single rows through a queue under an objective, as instances would take
 * them, on one thread and in virtual time, in which nothing but runs takes any.
 */
final class ObjectiveSimulation {

	private static final long TICK = Duration.ofNanos(50_000).toNanos();

	private final LatencyObjective objective;

	private final LoadEstimate load;

	private final BatchQueue<Integer, Integer> queue;

	private final ObjectiveControl control;

	private final List<Worker> workers = new ArrayList<>();

	private final Random random = new Random(7);

	private IntToLongFunction cost;

	private double[] ratePerLevel = { 0 };

	private long now = random.nextLong();

	private Figures figures = new Figures(this.ratePerLevel.length);

	ObjectiveSimulation(LatencyObjective objective, BatchingPolicy limits, CostCurve measured, int instances,
			IntToLongFunction cost) {
		this.objective = objective;
		this.cost = cost;
		this.load = new LoadEstimate(measured, limits.maxBatchSize(), instances);
		this.queue = new BatchQueue<>(limits, this.load, () -> this.now);
		this.control = new ObjectiveControl(objective, limits, this.load, this.now, this.queue::policy);
		this.queue.policy(this.control.policy());
		for (int i = 0; i < instances; i++) {
			this.workers.add(new Worker(this.queue.register()));
		}
	}

	/**
	 * Have runs cost something else from now on.
	 */
	void cost(IntToLongFunction other) {
		this.cost = other;
	}

	/**
	 * Return the calls a second that the instances get through in full batches.
	 */
	double capacity(int batch) {
		return this.workers.size() * batch * 1e9 / this.cost.applyAsLong(batch);
	}

	ObjectiveStatus status() {
		return this.control.status(this.queue.predict(1, 1, 0));
	}

	/**
	 * Play a while.
	 * @param duration for how long
	 * @param ratePerLevel the calls a second of each level, which come at random
	 * @return what was seen
	 */
	Figures play(Duration duration, double... ratePerLevel) {
		this.ratePerLevel = ratePerLevel;
		this.figures = new Figures(ratePerLevel.length);
		long end = this.now + duration.toNanos();
		double rate = 0;
		for (double each : ratePerLevel) {
			rate += each;
		}
		long next = this.now + gap(rate);
		while (this.now - end < 0) {
			if (next - this.now <= 0) {
				arrive(level(rate));
				next += gap(rate);
			}
			this.workers.forEach(this::work);
			this.now = nextEvent(next);
		}
		this.figures.seconds = duration.toNanos() / 1e9;
		return this.figures;
	}

	private long gap(double rate) {
		return Math.max(1, (long) (-Math.log(1 - this.random.nextDouble()) * 1e9 / rate));
	}

	private int level(double rate) {
		double drawn = this.random.nextDouble() * rate;
		int level = 1;
		while (level < this.ratePerLevel.length && drawn >= this.ratePerLevel[level - 1]) {
			drawn -= this.ratePerLevel[level++ - 1];
		}
		return level;
	}

	private long nextEvent(long arrival) {
		long next = arrival;
		for (Worker worker : this.workers) {
			if (worker.batch != null) {
				next = (worker.end - next < 0) ? worker.end : next;
			}
			else if (this.queue.length().rows() > 0) {
				next = (this.now + TICK - next < 0) ? this.now + TICK : next;
			}
		}
		return Math.max(next - this.now, 1) + this.now;
	}

	private void arrive(int level) {
		this.control.arrived(1, this.now);
		PendingCall<Integer, Integer> call = new PendingCall<>(1, 1, "", level, Deadline.NONE, this.now,
				new CompletableFuture<>());
		Admission admission = this.queue.offer(List.of(call), this.control.budget(level, Long.MAX_VALUE, 0), this.now);
		this.figures.offered[level - 1]++;
		if (admission.decision() == Decision.ADMITTED) {
			long arrival = this.now;
			call.result().thenRun(() -> {
				this.control.completed(level, admission.prediction(), this.now - arrival);
				this.figures.answered(level, this.now - arrival);
			});
		}
		this.figures.longestQueue = Math.max(this.figures.longestQueue, this.queue.length().rows());
	}

	private void work(Worker worker) {
		TakenBatch<Integer, Integer> batch = worker.batch;
		if (batch != null && worker.end - this.now > 0) {
			return;
		}
		if (batch != null) {
			this.load.executed(batch.batch().size(), batch.rows(), worker.end - worker.begin);
			batch.batch().forEach(call -> call.result().complete(1));
			worker.batch = null;
		}
		TakenBatch<Integer, Integer> taken = this.queue.poll(worker.slot);
		if (taken != null) {
			worker.batch = taken;
			worker.begin = this.now;
			worker.end = this.now + this.cost.applyAsLong(taken.rows());
			this.figures.busyNanos += worker.end - this.now;
			this.figures.runs++;
		}
	}

	private static final class Worker {

		private final WorkerSlot slot;

		private @Nullable TakenBatch<Integer, Integer> batch;

		private long begin;

		private long end;

		private Worker(WorkerSlot slot) {
			this.slot = slot;
		}

	}

	/**
	 * What was seen, of each level.
	 */
	static final class Figures {

		private final long[] offered;

		private final List<List<Long>> latencies = new ArrayList<>();

		private int longestQueue;

		private long busyNanos;

		private int runs;

		private double seconds;

		private Figures(int levels) {
			this.offered = new long[levels];
			for (int i = 0; i < levels; i++) {
				this.latencies.add(new ArrayList<>());
			}
		}

		private void answered(int level, long nanos) {
			if (level <= this.latencies.size()) {
				this.latencies.get(level - 1).add(nanos);
			}
		}

		/** Calls a second that were answered within a time. */
		double goodput(int level, Duration within) {
			return this.latencies.get(level - 1).stream().filter(nanos -> nanos <= within.toNanos()).count()
					/ this.seconds;
		}

		double shareAnswered(int level) {
			return (double) this.latencies.get(level - 1).size() / this.offered[level - 1];
		}

		Duration percentile(int level, double share) {
			List<Long> sorted = this.latencies.get(level - 1).stream().sorted().toList();
			return Duration.ofNanos(sorted.get((int) (share * (sorted.size() - 1))));
		}

		int longestQueue() {
			return this.longestQueue;
		}

		double rowsPerRun() {
			return (double) this.latencies.stream().mapToInt(List::size).sum() / this.runs;
		}

		double utilisation(int instances) {
			return this.busyNanos / 1e9 / this.seconds / instances;
		}

	}

}
