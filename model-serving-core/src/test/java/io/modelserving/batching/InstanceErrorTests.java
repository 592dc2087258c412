package io.modelserving.batching;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.tensor.Workspace;

import static io.modelserving.batching.BatcherFixture.TIMEOUT;
import static io.modelserving.batching.BatcherFixture.assertAnswer;
import static io.modelserving.batching.BatcherFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that errors on the thread of an instance, wherever they are thrown, lose neither
 * calls nor the instance.
 */
@Timeout(120)
class InstanceErrorTests {

	private final BatcherFixture fixture = new BatcherFixture();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	/** The clock is read all along the way of a batch, from being taken to its end. */
	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 })
	void whenTheInstanceRunsOutOfMemoryAnywhereThenAllCallsAreAnsweredAndItGoesOn(int reading) {
		AtomicInteger countdown = new AtomicInteger();
		LongSupplier clock = () -> {
			if (Thread.currentThread().getName().startsWith("batcher-") && countdown.get() > 0
					&& countdown.decrementAndGet() == 0) {
				throw new OutOfMemoryError("injected");
			}
			return this.fixture.ticker.getAsLong();
		};
		Batcher<Rows, List<Integer>> batcher = this.fixture
			.build(this.fixture.builder(4, Duration.ZERO, 64).nanoTime(clock));
		this.fixture.plug(batcher);
		List<CompletableFuture<List<Integer>>> calls = this.fixture.submit(batcher, 1, 2);
		countdown.set(reading);
		this.fixture.function.open();
		calls.forEach(call -> assertThat(call.handle((answer, failure) -> "answered")).succeedsWithin(TIMEOUT));
		countdown.set(0);
		assertAnswer(batcher.submit(Rows.of(3), Deadline.NONE), 30);
		assertThat(batcher.drain(TIMEOUT)).isTrue();
		assertThat(batcher.snapshot().inflight()).isZero();
	}

	@ParameterizedTest
	@EnumSource(Step.class)
	void whenAnAdapterThrowsAnErrorThenTheCallsFailAndTheInstanceGoesOn(Step step) {
		Batcher<Rows, List<Integer>> batcher = this.fixture
			.build(Batcher.dynamic(new Failing(step), List.of(this.fixture.function.open()))
				.policy(new BatchingPolicy(4, Duration.ZERO, 8)));
		failure(batcher.submit(Rows.of(1), Deadline.NONE), Overloaded.class);
		assertAnswer(batcher.submit(Rows.of(2), Deadline.NONE), 20);
		assertThat(batcher.drain(TIMEOUT)).isTrue();
	}

	@Test
	void whenAListenerThrowsErrorsThenTheCallsAreAnsweredNonetheless() {
		BatchListener broken = new BatchListener() {

			@Override
			public void dispatched(DispatchReason reason, int requests, int rows) {
				throw new NoClassDefFoundError("dispatched");
			}

			@Override
			public void executed(int requests, int rows, BatchTimes times, boolean succeeded) {
				throw new OutOfMemoryError("executed");
			}

		};
		Batcher<Rows, List<Integer>> batcher = this.fixture
			.build(this.fixture.builder(4, Duration.ZERO, 8).listener(broken));
		this.fixture.function.open();
		assertAnswer(batcher.submit(Rows.of(1), Deadline.NONE), 10);
		assertAnswer(batcher.submit(Rows.of(2), Deadline.NONE), 20);
	}

	private enum Step {

		GROUP, MERGE, MISMATCH, SCATTER

	}

	/**
	 * Throws an error, once.
	 */
	private static final class Failing extends Rows.Adapter {

		private final Step failing;

		private boolean failed;

		private Failing(Step failing) {
			this.failing = failing;
		}

		private void at(Step step) {
			if (step == this.failing && !this.failed) {
				this.failed = true;
				throw new OutOfMemoryError("injected");
			}
		}

		@Override
		public Object group(Rows input) {
			at(Step.GROUP);
			return super.group(input);
		}

		@Override
		public Rows merge(List<Rows> inputs, Workspace workspace) {
			at(Step.MERGE);
			return super.merge(inputs, workspace);
		}

		@Override
		public String mismatch(List<Integer> output, List<Rows> inputs) {
			at(Step.MISMATCH);
			return null;
		}

		@Override
		public List<List<Integer>> scatter(List<Integer> output, List<Rows> inputs) {
			at(Step.SCATTER);
			return super.scatter(output, inputs);
		}

	}

}
