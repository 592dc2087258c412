package io.modelserving.batching;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.modelserving.batching.admission.LatencyBudget;
import io.modelserving.batching.admission.LatencyObjective;
import io.modelserving.batching.admission.LoadEstimate;
import io.modelserving.batching.admission.ObjectivePolicy;
import io.modelserving.batching.admission.ObjectiveStatus;
import io.modelserving.batching.admission.Prediction;
import io.modelserving.batching.admission.ObjectivePolicy.Choice;
import io.modelserving.batching.admission.ObjectivePolicy.Load;

/**
 * Keeps an objective: chooses the batches anew ten times a second while calls arrive, and
 * learns from each result how good predictions are. Calls of each level are admitted by
 * results of that level, since those below are passed by calls that arrive after them.
 * <p>
 * Protocol: the threads of callers count what arrives; the one that finds it time to
 * choose takes {@code choosing}, which guards the state of the choice. The choice is
 * published by one write and read by any thread. New limits apply from the choice at the
 * next call.
 */
final class ObjectiveControl {

	private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);

	private static final double WEIGHT_OF_LATEST = 0.5;

	private final LatencyObjective objective;

	private final LoadEstimate load;

	private final Calibration[] calibrations;

	private final Consumer<BatchingPolicy> chosen;

	private final AtomicLong arrived = new AtomicLong();

	private final AtomicBoolean choosing = new AtomicBoolean();

	private volatile BatchingPolicy limits;

	private volatile Choice choice;

	private volatile long since;

	/** Guarded by {@code choosing}. */
	private double rowsPerSecond;

	/**
	 * Create a control.
	 * @param objective the objective
	 * @param limits the limits within which is chosen
	 * @param load what is known of the load
	 * @param now the current nanosecond time
	 * @param chosen is given the policy whenever another one is chosen
	 */
	ObjectiveControl(LatencyObjective objective, BatchingPolicy limits, LoadEstimate load, long now,
			Consumer<BatchingPolicy> chosen) {
		this.objective = objective;
		this.limits = limits;
		this.load = load;
		this.chosen = chosen;
		this.calibrations = new Calibration[limits.priorities().levels()];
		for (int i = 0; i < this.calibrations.length; i++) {
			this.calibrations[i] = new Calibration(objective.percentile());
		}
		this.since = now;
		this.choice = choose(0);
	}

	LatencyObjective objective() {
		return this.objective;
	}

	BatchingPolicy limits() {
		return this.limits;
	}

	/**
	 * Choose within other limits.
	 */
	void limits(BatchingPolicy other, long now) {
		this.limits = other;
		this.since = now - INTERVAL;
		arrived(0, now);
	}

	/**
	 * Return the limits with what was chosen.
	 */
	BatchingPolicy policy() {
		BatchingPolicy within = this.limits;
		Choice last = this.choice;
		return new BatchingPolicy(Math.min(last.maxBatchSize(), within.maxBatchSize()), last.maxQueueDelay(),
				within.queueCapacity(), within.priorities(), within.elastic());
	}

	/**
	 * A call has arrived.
	 */
	void arrived(int rows, long now) {
		this.arrived.addAndGet(rows);
		long elapsed = now - this.since;
		if (elapsed >= INTERVAL && this.choosing.compareAndSet(false, true)) {
			try {
				double latest = this.arrived.getAndSet(0) * 1e9 / elapsed;
				this.since = now;
				this.rowsPerSecond += WEIGHT_OF_LATEST * (latest - this.rowsPerSecond);
				BatchingPolicy before = policy();
				this.choice = choose(before.maxBatchSize());
				this.chosen.accept(policy());
			}
			finally {
				this.choosing.set(false);
			}
		}
	}

	private Choice choose(int before) {
		BatchingPolicy within = this.limits;
		return new ObjectivePolicy(this.objective, within.maxBatchSize(), within.maxQueueDelay())
			.choose(new Load(this.load.costs(), this.load.instances(), this.rowsPerSecond, factor(1)), before);
	}

	private double factor(int level) {
		return this.calibrations[Math.min(level, this.calibrations.length) - 1].factor();
	}

	LatencyBudget budget(int level, long deadlineNanos, long elapsedNanos) {
		return new LatencyBudget(deadlineNanos, this.objective.targetNanos(), elapsedNanos, factor(level));
	}

	/**
	 * A call was completed.
	 * @param prediction what was predicted for it
	 * @param nanos what it took, in nanoseconds
	 */
	void completed(int level, Prediction prediction, long nanos) {
		this.calibrations[Math.min(level, this.calibrations.length) - 1].observe(prediction.totalNanos(), nanos,
				this.objective.targetNanos(), 1 / Math.max(1, this.load.requestsPerRun()));
	}

	ObjectiveStatus status(Prediction prediction) {
		Choice last = this.choice;
		BatchingPolicy policy = policy();
		return new ObjectiveStatus(this.objective, policy.maxBatchSize(), last.maxQueueDelay(),
				Duration.ofNanos(prediction.waitNanos()), factor(policy.priorities().defaultLevel()), last.reason());
	}

}
