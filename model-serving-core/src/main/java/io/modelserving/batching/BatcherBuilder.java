package io.modelserving.batching;

import io.modelserving.batching.admission.CostCurve;
import io.modelserving.batching.admission.LatencyObjective;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link Batcher}. Not thread-safe.
 *
 * @param <I> the type of what a call brings
 * @param <O> the type of what it gets
 */
public final class BatcherBuilder<I, O> {

	final BatchAdapter<I, O> adapter;

	final List<BatchFunction<I, O>> functions;

	String name = "batcher";

	BatchingPolicy policy = new BatchingPolicy(1, Duration.ZERO, 1024);

	CostCurve costs = CostCurve.UNKNOWN;

	@Nullable LatencyObjective objective;

	BatchListener listener = BatchListener.NONE;

	@Nullable Executor completionExecutor;

	@Nullable DeadlineTimer timer;

	HangPolicy hangs = HangPolicy.DEFAULT;

	InstanceReplacement<I, O> replacement = (hung, gone) -> CompletableFuture.completedFuture(hung);

	LongSupplier nanoTime = System::nanoTime;

	BatcherBuilder(BatchAdapter<I, O> adapter, List<? extends BatchFunction<I, O>> functions) {
		if (functions.isEmpty()) {
			throw new IllegalArgumentException("a batcher needs at least one instance");
		}
		this.adapter = adapter;
		this.functions = List.copyOf(functions);
	}

	/**
	 * Set the name, which the threads of the instances carry.
	 * @param name the name
	 * @return this builder
	 */
	public BatcherBuilder<I, O> name(String name) {
		this.name = name;
		return this;
	}

	public BatcherBuilder<I, O> policy(BatchingPolicy policy) {
		this.policy = policy;
		return this;
	}

	/**
	 * Set what a run costs, by which deadlines are decided until runs have been measured.
	 * @param costs the cost curve
	 * @return this builder
	 */
	public BatcherBuilder<I, O> costs(CostCurve costs) {
		this.costs = costs;
		return this;
	}

	/**
	 * Set an objective. The policy is a limit then: the largest batch is what it says at
	 * most, and so is the delay unless it says zero.
	 * @param objective the objective, or {@code null} for none
	 * @return this builder
	 */
	public BatcherBuilder<I, O> objective(@Nullable LatencyObjective objective) {
		this.objective = objective;
		return this;
	}

	public BatcherBuilder<I, O> listener(BatchListener listener) {
		this.listener = listener;
		return this;
	}

	/**
	 * Set the executor on which results are completed, and with them what depends on
	 * them. Where none is set, the batcher has threads of its own.
	 * @param completionExecutor the executor
	 * @return this builder
	 */
	public BatcherBuilder<I, O> completionExecutor(Executor completionExecutor) {
		this.completionExecutor = completionExecutor;
		return this;
	}

	/**
	 * Set the timer for deadlines. Where none is set, the batcher has a thread of its
	 * own.
	 * @param timer the timer
	 * @return this builder
	 */
	public BatcherBuilder<I, O> timer(DeadlineTimer timer) {
		this.timer = timer;
		return this;
	}

	/**
	 * Set what is done about runs that do not end after they were terminated.
	 * @param hangs the policy
	 * @return this builder
	 */
	public BatcherBuilder<I, O> hangs(HangPolicy hangs) {
		this.hangs = hangs;
		return this;
	}

	/**
	 * Set what an instance does that takes the place of one that hangs. Where nothing is
	 * set, it does the same.
	 * @param replacement makes it
	 * @return this builder
	 */
	public BatcherBuilder<I, O> replacement(InstanceReplacement<I, O> replacement) {
		this.replacement = replacement;
		return this;
	}

	/**
	 * Set the clock.
	 * @param nanoTime gives the nanosecond time, as {@link System#nanoTime()} does
	 * @return this builder
	 */
	public BatcherBuilder<I, O> nanoTime(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
		return this;
	}

	/**
	 * Start the instances.
	 * @return the batcher
	 */
	public AdjustableBatcher<I, O> build() {
		DynamicBatcher<I, O> batcher = new DynamicBatcher<>(this);
		batcher.start();
		return batcher;
	}

}
