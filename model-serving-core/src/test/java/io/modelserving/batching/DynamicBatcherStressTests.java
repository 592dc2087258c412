package io.modelserving.batching;

import io.modelserving.batching.admission.RejectionReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.modelserving.batching.BatcherFixture.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests {@link DynamicBatcher} on real threads, with callers that give up, deadlines that
 * pass, calls that fail, and a drain in the midst of it. Whatever happens, each row
 * leaves the queue once and each call is answered with what is its own.
 */
class DynamicBatcherStressTests {

	private static final int CALLERS = 3;

	private final AtomicInteger submitted = new AtomicInteger();

	private final AtomicInteger dispatched = new AtomicInteger();

	private final AtomicInteger rejected = new AtomicInteger();

	private final AtomicInteger wrong = new AtomicInteger();

	private final AtomicInteger completed = new AtomicInteger();

	private final AtomicInteger calls = new AtomicInteger();

	private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);

	private final ExecutorService completions = Executors.newFixedThreadPool(2);

	@AfterEach
	void shutdown() {
		this.callers.shutdownNow();
		this.completions.shutdownNow();
	}

	@ParameterizedTest
	@CsvSource({ "1, 4, 0, 1", "2, 4, 0, 2", "2, 8, 100, 3", "3, 1, 0, 4", "2, 5, 20, 5" })
	void eachRowLeavesTheQueueOnceAndEachCallIsAnsweredOnce(int instances, int maxBatchSize, int delayMicros, int seed)
			throws Exception {
		stress(instances, maxBatchSize, delayMicros, seed, batcher -> {
		});
	}

	@ParameterizedTest
	@CsvSource({ "1, 4, 0, 6", "2, 8, 50, 7", "2, 1, 0, 8" })
	void whenInstancesAndLimitsChangeMeanwhileThenThatHoldsToo(int instances, int maxBatchSize, int delayMicros,
			int seed) throws Exception {
		Random random = new Random(seed);
		stress(instances, maxBatchSize, delayMicros, seed, batcher -> {
			BatchFunction<Rows, List<Integer>> further = (batch, workspace) -> batch.answer();
			List<CompletableFuture<Void>> ended = new ArrayList<>();
			for (int i = 0; i < 200; i++) {
				batcher.add(further);
				batcher.policy(new BatchingPolicy(1 + random.nextInt(10), Duration.ofNanos(random.nextInt(100_000)),
						20 + random.nextInt(40), batcher.policy().priorities()));
				ended.add(batcher.retire(further));
			}
			ended.forEach(CompletableFuture::join);
			assertThat(batcher.snapshot().instances()).isEqualTo(instances);
		});
	}

	private void stress(int instances, int maxBatchSize, int delayMicros, int seed,
			Consumer<AdjustableBatcher<Rows, List<Integer>>> meanwhile) throws Exception {
		AtomicLong runs = new AtomicLong();
		BatchFunction<Rows, List<Integer>> function = (batch, workspace) -> {
			if (batch.values().contains(13) || runs.incrementAndGet() % 97 == 0) {
				throw new IllegalStateException();
			}
			return batch.answer();
		};
		AdjustableBatcher<Rows, List<Integer>> batcher = Batcher
			.dynamic(new Rows.Adapter(), Collections.nCopies(instances, function))
			.policy(new BatchingPolicy(maxBatchSize, Duration.ofNanos(delayMicros * 1000L), 40,
					new Priorities(3, 2, Duration.ofNanos(100_000))))
			.completionExecutor(this.completions)
			.listener(new Counting())
			.build();
		List<Future<?>> running = new ArrayList<>();
		for (int caller = 0; caller < CALLERS; caller++) {
			Random random = new Random(seed * 100L + caller);
			running.add(this.callers.submit(() -> call(batcher, random)));
		}
		meanwhile.accept(batcher);
		running.get(0).get();
		assertThat(batcher.drain(TIMEOUT)).isTrue();
		for (Future<?> caller : running) {
			caller.get();
		}
		this.completions.shutdown();
		assertThat(this.completions.awaitTermination(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(this.completed).hasValue(this.calls.get());
		assertThat(this.wrong).hasValue(0);
		assertThat(this.dispatched.get() + this.rejected.get()).isEqualTo(this.submitted.get());
		assertThat(batcher.snapshot())
			.extracting(BatcherSnapshot::queuedRequests, BatcherSnapshot::queuedRows, BatcherSnapshot::inflight,
					BatcherSnapshot::busyInstances)
			.containsExactly(0, 0, 0, 0);
	}

	private void call(Batcher<Rows, List<Integer>> batcher, Random random) {
		for (int i = 0; i < 2000; i++) {
			Rows rows = rows(random);
			Deadline deadline = (random.nextInt(4) > 0) ? Deadline.NONE
					: Deadline.after(Duration.ofNanos(random.nextInt(300_000)), System.nanoTime());
			this.submitted.addAndGet(rows.values().size());
			this.calls.incrementAndGet();
			CompletableFuture<List<Integer>> answer = batcher.submit(rows, deadline, random.nextInt(4));
			answer.whenComplete((output, failure) -> {
				this.completed.incrementAndGet();
				if (failure == null && !output.equals(rows.answer())) {
					this.wrong.incrementAndGet();
				}
			});
			if (random.nextInt(5) == 0) {
				answer.cancel(true);
			}
			else if (random.nextInt(3) == 0) {
				answer.exceptionally(failure -> null).join();
			}
		}
	}

	private static Rows rows(Random random) {
		Integer[] values = new Integer[1 + random.nextInt((random.nextInt(10) == 0) ? 20 : 3)];
		for (int i = 0; i < values.length; i++) {
			values[i] = random.nextInt(1000);
		}
		return Rows.inGroup((random.nextInt(3) == 0) ? "a" : "b", values);
	}

	private final class Counting implements BatchListener {

		@Override
		public void dispatched(DispatchReason reason, int requests, int rows) {
			DynamicBatcherStressTests.this.dispatched.addAndGet(rows);
		}

		@Override
		public void rejected(RejectionReason reason, int rows) {
			DynamicBatcherStressTests.this.rejected.addAndGet(rows);
		}

	}

}
