package io.modelserving.batching;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import io.modelserving.model.InferenceException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A dynamic batcher under a test's control: its clock, its timer, and its runs.
 */
final class BatcherFixture implements AutoCloseable {

	/** Generous: what is waited for takes milliseconds. */
	static final Duration TIMEOUT = Duration.ofSeconds(30);

	/** Short, as draining waits for it. */
	static final HangPolicy HANGS = new HangPolicy(Duration.ofMillis(1));

	static final int PLUG = -1;

	final FakeTicker ticker = new FakeTicker();

	final ManualTimer timer = new ManualTimer(this.ticker);

	final RecordingListener listener = new RecordingListener();

	final GatedFunction function = new GatedFunction();

	final ExecutorService completions = Executors.newFixedThreadPool(2, task -> new Thread(task, "completion"));

	final List<Batcher<Rows, List<Integer>>> batchers = new ArrayList<>();

	BatcherBuilder<Rows, List<Integer>> builder(int maxBatchSize, Duration maxQueueDelay, int queueCapacity) {
		return Batcher.dynamic(new Rows.Adapter(), List.of(this.function))
			.policy(new BatchingPolicy(maxBatchSize, maxQueueDelay, queueCapacity))
			.listener(this.listener)
			.completionExecutor(this.completions)
			.timer(this.timer)
			.hangs(HANGS)
			.nanoTime(this.ticker);
	}

	Batcher<Rows, List<Integer>> batcher(int maxBatchSize) {
		return build(builder(maxBatchSize, Duration.ZERO, 1024));
	}

	Batcher<Rows, List<Integer>> build(BatcherBuilder<Rows, List<Integer>> builder) {
		Batcher<Rows, List<Integer>> batcher = builder.build();
		this.batchers.add(batcher);
		return batcher;
	}

	/**
	 * Keep the only instance busy until the test lets it go on.
	 */
	CompletableFuture<List<Integer>> plug(Batcher<Rows, List<Integer>> batcher) {
		CompletableFuture<List<Integer>> answer = batcher.submit(Rows.inGroup("plug", PLUG), Deadline.NONE);
		this.function.awaitRun();
		return answer;
	}

	List<CompletableFuture<List<Integer>>> submit(Batcher<Rows, List<Integer>> batcher, int... values) {
		return IntStream.of(values).mapToObj(value -> batcher.submit(Rows.of(value), Deadline.NONE)).toList();
	}

	Deadline within(Duration timeout) {
		return Deadline.after(timeout, this.ticker.getAsLong());
	}

	/**
	 * Wait until no more rows are queued than these, where a call leaves on another
	 * thread.
	 */
	void awaitQueuedRows(Batcher<Rows, List<Integer>> batcher, int rows) {
		long end = System.nanoTime() + TIMEOUT.toNanos();
		while (batcher.snapshot().queuedRows() > rows && System.nanoTime() - end < 0) {
			Thread.onSpinWait();
		}
		assertThat(batcher.snapshot().queuedRows()).isLessThanOrEqualTo(rows);
	}

	/**
	 * Return the batches that were run, without the plug.
	 */
	List<List<Integer>> batches() {
		return this.function.batches().stream().filter(batch -> !batch.contains(PLUG)).toList();
	}

	static void assertAnswer(CompletableFuture<List<Integer>> answer, Integer... expected) {
		assertThat(answer).succeedsWithin(TIMEOUT).isEqualTo(List.of(expected));
	}

	/**
	 * Check what a batcher has to do.
	 */
	static void assertCounts(Batcher<?, ?> batcher, int requests, int rows, int instances, int busy, int inflight) {
		BatcherSnapshot snapshot = batcher.snapshot();
		assertThat(List.of(snapshot.queuedRequests(), snapshot.queuedRows(), snapshot.instances(),
				snapshot.busyInstances(), snapshot.inflight()))
			.as("requests, rows, instances, busy, inflight")
			.containsExactly(requests, rows, instances, busy, inflight);
	}

	static <E extends InferenceException> E failure(CompletableFuture<?> answer, Class<E> type) {
		Throwable failed = assertThat(answer).failsWithin(TIMEOUT)
			.withThrowableOfType(ExecutionException.class)
			.actual();
		assertThat(failed.getCause()).isInstanceOf(type);
		return type.cast(failed.getCause());
	}

	@Override
	public void close() {
		this.function.open();
		this.batchers.forEach(Batcher::close);
		this.completions.shutdown();
	}

}
