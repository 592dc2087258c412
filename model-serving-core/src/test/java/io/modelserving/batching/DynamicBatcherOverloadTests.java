package io.modelserving.batching;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.modelserving.batching.admission.RejectionReason;
import io.modelserving.batching.RecordingListener.Rejected;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.Overloaded;

import static io.modelserving.batching.BatcherFixture.assertCounts;
import static io.modelserving.batching.BatcherFixture.assertAnswer;
import static io.modelserving.batching.BatcherFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what {@link DynamicBatcher} rejects under load.
 */
class DynamicBatcherOverloadTests {

	private final BatcherFixture fixture = new BatcherFixture();

	private final AdjustableBatcher<Rows, List<Integer>> batcher = (AdjustableBatcher<Rows, List<Integer>>) this.fixture
		.build(this.fixture.builder(4, Duration.ZERO, 10));

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void whenACallIsLargerThanTheQueueThenItIsInvalid() {
		CompletableFuture<List<Integer>> huge = this.batcher.submit(Rows.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
				Deadline.NONE);
		assertThat(failure(huge, InvalidInput.class))
			.hasMessage("the request has 11 rows; a request may have at most 10 (batching.queue-capacity)");
	}

	@Test
	void whenTheQueueIsFullThenACallIsRejectedWithTheTimeToDrainIt() {
		measureTenRowsPerSecond();
		this.fixture.plug(this.batcher);
		this.batcher.submit(Rows.of(1, 2, 3, 4, 5, 6, 7, 8, 9), Deadline.NONE);
		CompletableFuture<List<Integer>> rejected = this.batcher.submit(Rows.of(10, 11), Deadline.NONE);
		assertThat(rejected).isCompletedExceptionally();
		Overloaded failure = failure(rejected, Overloaded.class);
		assertThat(failure).hasMessage("the queue is full: 9 rows wait, 10 are the most (batching.queue-capacity)");
		assertThat(failure.retryAfter()).isEqualTo(Duration.ofMillis(900));
		assertThat(this.fixture.listener.rejected()).containsExactly(new Rejected(RejectionReason.QUEUE_FULL, 2));
		assertThat(this.batcher.submit(Rows.of(12), Deadline.NONE)).isNotDone();
		assertThat(this.batcher.snapshot().queuedRows()).isEqualTo(10);
	}

	@Test
	void whenTheQueueIsFullThenACallIsRejectedBeforeItIsHandedIn() {
		this.fixture.plug(this.batcher);
		this.batcher.submit(Rows.of(1, 2, 3, 4, 5, 6, 7, 8, 9), Deadline.NONE);
		assertThat(this.batcher.rejection(0, 0)).isEmpty();
		this.batcher.submit(Rows.of(10), Deadline.NONE);
		assertThat(this.batcher.rejection(0, 0)).get()
			.extracting(Overloaded::getMessage)
			.isEqualTo("the queue is full: 10 rows wait, 10 are the most (batching.queue-capacity)");
		assertThat(this.fixture.listener.rejected()).containsExactly(new Rejected(RejectionReason.QUEUE_FULL, 1));
	}

	@Test
	void whenClosedThenACallIsNotRejectedBeforeItIsHandedIn() {
		this.batcher.close();
		assertThat(this.batcher.rejection(0, 0)).as("it is told that the batcher is closed").isEmpty();
	}

	@Test
	void whenNothingWasMeasuredThenTheTimeToDrainIsASecond() {
		this.fixture.plug(this.batcher);
		this.batcher.submit(Rows.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), Deadline.NONE);
		assertThat(failure(this.batcher.submit(Rows.of(11), Deadline.NONE), Overloaded.class).retryAfter())
			.isEqualTo(Duration.ofSeconds(1));
		assertCounts(this.batcher, 3, 10, 1, 1, 2);
	}

	@Test
	void whenTheQueueCannotBeWorkedOffInTimeThenACallIsRejectedAtOnce() {
		measureTenRowsPerSecond();
		this.fixture.plug(this.batcher);
		this.batcher.submit(Rows.of(1, 2, 3, 4, 5), Deadline.NONE);
		CompletableFuture<List<Integer>> rejected = this.batcher.submit(Rows.of(6),
				this.fixture.within(Duration.ofMillis(699)));
		Overloaded failure = failure(rejected, Overloaded.class);
		assertThat(failure).hasMessage("5 rows wait; the result could not be ready within 699 ms");
		assertThat(failure.retryAfter()).isEqualTo(Duration.ofMillis(500));
		assertThat(this.fixture.listener.rejected()).containsExactly(new Rejected(RejectionReason.PREDICTED_LATE, 1));
		assertThat(this.batcher.submit(Rows.of(6), this.fixture.within(Duration.ofMillis(700)))).isNotDone();
	}

	@Test
	void whenTheRunUnderWayTakesTooLongThenACallIsRejectedThoughNothingWaits() {
		measureTenRowsPerSecond();
		this.fixture.plug(this.batcher);
		this.fixture.ticker.advance(Duration.ofMillis(30));
		assertThat(
				failure(this.batcher.submit(Rows.of(1), this.fixture.within(Duration.ofMillis(169))), Overloaded.class))
			.hasMessage("0 rows wait; the result could not be ready within 169 ms")
			.extracting(Overloaded::retryAfter)
			.isEqualTo(Duration.ofMillis(70));
		assertThat(this.batcher.submit(Rows.of(1), this.fixture.within(Duration.ofMillis(170)))).isNotDone();
	}

	@Test
	void whenNothingWaitsThenNoCallIsPredictedLate() {
		measureTenRowsPerSecond();
		this.fixture.function.open();
		assertAnswer(this.batcher.submit(Rows.of(1), this.fixture.within(Duration.ofNanos(1))), 10);
	}

	@Test
	void whenACallIsAnsweredThenItsRoomIsFree() {
		this.fixture.function.open();
		for (int i = 0; i < 50; i++) {
			assertAnswer(this.batcher.submit(Rows.of(i, i, i, i, i, i, i), Deadline.NONE), i * 10, i * 10, i * 10,
					i * 10, i * 10, i * 10, i * 10);
		}
		assertThat(this.batcher.snapshot().queuedRows()).isZero();
	}

	private void measureTenRowsPerSecond() {
		CompletableFuture<List<Integer>> first = this.fixture.plug(this.batcher);
		this.fixture.ticker.advance(Duration.ofMillis(100));
		this.fixture.function.release();
		assertAnswer(first, BatcherFixture.PLUG * 10);
	}

}
