package io.modelserving.batching;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledThreadPoolExecutor;
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

	private @Nullable Executor completions;

	private @Nullable DeadlineTimer timer;

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
	 * Set what a run costs, by which deadlines are judged until runs have been measured.
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
	 * Set the executor on which answers are completed, and with them what depends on
	 * them.
	 * @param completions the executor
	 * @return this builder
	 */
	public BatcherBuilder<I, O> completions(Executor completions) {
		this.completions = completions;
		return this;
	}

	public BatcherBuilder<I, O> timer(DeadlineTimer timer) {
		this.timer = timer;
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

	Executor completions() {
		return (this.completions != null) ? this.completions : ForkJoinPool.commonPool();
	}

	DeadlineTimer timer() {
		return (this.timer != null) ? this.timer : SharedTimer.INSTANCE;
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

	/**
	 * One timer thread for all batchers that bring none of their own.
	 */
	private static final class SharedTimer {

		static final DeadlineTimer INSTANCE = create();

		private static DeadlineTimer create() {
			ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
				Thread thread = new Thread(task, "deadlines");
				thread.setDaemon(true);
				return thread;
			});
			executor.setRemoveOnCancelPolicy(true);
			return DeadlineTimer.of(executor);
		}

	}

}
