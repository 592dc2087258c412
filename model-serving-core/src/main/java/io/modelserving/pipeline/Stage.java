package io.modelserving.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import io.modelserving.batching.AdjustableBatcher;
import io.modelserving.batching.BatchFunction;
import io.modelserving.batching.Batcher;
import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.batching.BatchingPolicy;
import io.modelserving.batching.Deadline;
import io.modelserving.batching.GuardedListener;
import io.modelserving.batching.admission.Prediction;
import io.modelserving.image.PictureBuffers;
import io.modelserving.model.DerivedFutures;
import io.modelserving.model.InferenceException.ExecutionFailed;

/**
 * A function with a queue of its own and a number of threads, as a model has them:
 * bounded, with deadlines, and in batches where the function takes lists. An item that
 * fails fails alone. Thread-safe.
 *
 * @param <I> the type of an item
 * @param <O> the type of its result
 */
public final class Stage<I, O> implements Pipeline<I, O>, AutoCloseable {

	private final String name;

	private final AdjustableBatcher<List<Entry<I>>, List<StageResult<O>>> batcher;

	private final LongSupplier nanoTime;

	private final GuardedListener listeners = new GuardedListener(List.of());

	private final List<StageObserver> observers = new CopyOnWriteArrayList<>();

	private Stage(Builder<I, O> builder) {
		this.name = builder.name;
		this.nanoTime = builder.nanoTime;
		this.batcher = Batcher
			.dynamic(new StageBatches<Entry<I>, O>(),
					Stream.generate(() -> function(builder)).limit(builder.concurrency).toList())
			.replacement((hung, gone) -> CompletableFuture.completedFuture(function(builder)))
			.name(builder.name)
			.policy(new BatchingPolicy(builder.maxBatchSize, builder.maxDelay, builder.capacity))
			.listener(this.listeners)
			.nanoTime(builder.nanoTime)
			.build();
	}

	/** A thread keeps the memory that it decodes pictures in until the stage is gone. */
	private static <I, O> BatchFunction<List<Entry<I>>, List<StageResult<O>>> function(Builder<I, O> builder) {
		PictureBuffers pictures = PictureBuffers.kept();
		return (items, workspace) -> pictures.during(() -> builder.function.apply(items));
	}

	/**
	 * Begin a stage that works on one item at a time on each of its threads.
	 * @param <I> the type of an item
	 * @param <O> the type of its result
	 * @param name the name, as meters, threads and messages say it
	 * @param function makes the result, not {@code null}; what it throws fails the item.
	 * Called by as many threads at once as the concurrency says
	 * @return a builder
	 */
	public static <I, O> Builder<I, O> of(String name, Function<? super I, ? extends O> function) {
		return new Builder<>(name, (items) -> List.of(each(function, items.get(0))));
	}

	private static <I, O> StageResult<O> each(Function<? super I, ? extends O> function, Entry<I> entry) {
		List<StageResult<O>> results = new ArrayList<>(1);
		entry.observed().during(() -> results.add(each(function, entry.item())));
		return results.get(0);
	}

	private static <I, O> StageResult<O> each(Function<? super I, ? extends O> function, I item) {
		try {
			return StageResult.of(function.apply(item));
		}
		catch (RuntimeException ex) {
			return StageResult.failed(ex);
		}
	}

	/**
	 * Begin a stage that works on several items at once.
	 * @param <I> the type of an item
	 * @param <O> the type of a result
	 * @param name the name, as meters, threads and messages say it
	 * @param maxBatchSize the most items at once, at least 1
	 * @param function makes as many results as there are items, in their order. If it
	 * throws, it is called again with fewer items, until those that it fails on are alone
	 * @return a builder
	 */
	public static <I, O> Builder<I, O> batched(String name, int maxBatchSize,
			Function<List<I>, List<StageResult<O>>> function) {
		Builder<I, O> builder = new Builder<>(name,
				(entries) -> function.apply(entries.stream().map(Entry::item).toList()));
		builder.maxBatchSize = maxBatchSize;
		return builder;
	}

	public String name() {
		return this.name;
	}

	/**
	 * Have the stage observed, from now on.
	 * @param observer the observer
	 */
	public void observe(StageObserver observer) {
		this.listeners.add(observer.batches(this));
		this.observers.add(observer);
	}

	/**
	 * Return what the stage is doing now.
	 * @return the snapshot, in which an item is a row and a thread is an instance
	 */
	public BatcherSnapshot snapshot() {
		return this.batcher.snapshot();
	}

	@Override
	public CompletableFuture<O> submit(I item, Deadline deadline, long behindNanos) {
		StageObserver.Item observed = this.observers.isEmpty() ? StageObserver.Item.NONE
				: StageObserver.Item.of(this.observers.stream().map((observer) -> observer.arrived(this)).toList());
		CompletableFuture<O> result = new CompletableFuture<>();
		long whole = predictedNanos() + behindNanos;
		if (behindNanos > 0 && whole > deadline.remainingNanos(this.nanoTime.getAsLong())) {
			fail(result, observed, StageFailures.late(this.name, deadline, whole));
			return result;
		}
		DerivedFutures.link(this.batcher.submit(List.of(new Entry<>(item, observed)), deadline, 0, deadline.arrival()),
				result, (results) -> complete(result, observed, results), (failure) -> fail(result, observed,
						StageFailures.ofQueue(this.name, failure, this.batcher.snapshot().queuedRows())));
		return result;
	}

	private void complete(CompletableFuture<O> result, StageObserver.Item observed, List<StageResult<O>> results) {
		if (results.size() != 1) {
			fail(result, observed, new ExecutionFailed(
					"stage \"%s\" gave %d results for one item".formatted(this.name, results.size()), null));
			return;
		}
		StageResult<O> item = results.get(0);
		if (item.failure() != null) {
			fail(result, observed, StageFailures.of(this.name, item.failure()));
			return;
		}
		observed.left(null);
		observed.during(() -> result.complete(item.value()));
	}

	private static void fail(CompletableFuture<?> result, StageObserver.Item observed, Throwable failure) {
		observed.left(failure);
		observed.during(() -> result.completeExceptionally(failure));
	}

	/**
	 * Predict what an item that arrives now has to expect.
	 * @return the wait and the work
	 */
	Prediction predict() {
		return this.batcher.predict(1, 0);
	}

	@Override
	public long predictedNanos() {
		return predict().totalNanos();
	}

	@Override
	public List<StageLoad> loads() {
		BatcherSnapshot snapshot = this.batcher.snapshot();
		return List.of(new StageLoad(this.name, snapshot.queuedRows(), snapshot.instances(), snapshot.busyInstances(),
				snapshot.rowsPerSecond()));
	}

	/**
	 * Reject further items, and wait until those that were admitted are done.
	 * @param grace how long to wait
	 * @return whether all were done; those that were not have failed
	 */
	public boolean drain(Duration grace) {
		return this.batcher.drain(grace);
	}

	/**
	 * Reject further items, fail those that wait, and wait for the work under way.
	 */
	@Override
	public void close() {
		this.batcher.close();
	}

	/**
	 * An item in the queue, and who observes it.
	 *
	 * @param <I> the type of the item
	 */
	private record Entry<I>(I item, StageObserver.Item observed) {
	}

	/**
	 * Builds a stage. Not thread-safe.
	 *
	 * @param <I> the type of an item
	 * @param <O> the type of its result
	 */
	public static final class Builder<I, O> {

		private final String name;

		private final Function<List<Entry<I>>, List<StageResult<O>>> function;

		private int concurrency = 1;

		private int capacity = 1024;

		private int maxBatchSize = 1;

		private Duration maxDelay = Duration.ZERO;

		private LongSupplier nanoTime = System::nanoTime;

		private Builder(String name, Function<List<Entry<I>>, List<StageResult<O>>> function) {
			this.name = name;
			this.function = function;
		}

		/**
		 * Set how many threads work at once.
		 * @param threads the number, at least 1; 1 unless set
		 * @return this builder
		 */
		public Builder<I, O> concurrency(int threads) {
			this.concurrency = threads;
			return this;
		}

		/**
		 * Set how many items may wait.
		 * @param items the number, at least 1; 1024 unless set
		 * @return this builder
		 */
		public Builder<I, O> capacity(int items) {
			this.capacity = items;
			return this;
		}

		/**
		 * Set how long an item may wait for others while a thread is idle.
		 * @param delay the time; none unless set
		 * @return this builder
		 */
		public Builder<I, O> maxDelay(Duration delay) {
			this.maxDelay = delay;
			return this;
		}

		/**
		 * Set the clock.
		 * @param clock gives the nanosecond time, as {@link System#nanoTime()} does
		 * @return this builder
		 */
		public Builder<I, O> nanoTime(LongSupplier clock) {
			this.nanoTime = clock;
			return this;
		}

		/**
		 * Start the threads of the stage.
		 * @return the stage
		 */
		public Stage<I, O> build() {
			return new Stage<>(this);
		}

	}

}
