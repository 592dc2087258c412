package io.modelserving.batching;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.modelserving.batching.admission.CostCurve;
import io.modelserving.batching.admission.LatencyObjective;
import io.modelserving.batching.admission.ObjectiveStatus;
import io.modelserving.batching.admission.RejectionReason;
import io.modelserving.batching.admission.CostCurve.Point;
import io.modelserving.batching.RecordingListener.Rejected;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.Overloaded;

import static io.modelserving.batching.BatcherFixture.assertAnswer;
import static io.modelserving.batching.BatcherFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests {@link DynamicBatcher} with an objective of 50 ms, 45 of which are to plan with:
 * a run of one row takes 10 ms, one of four 16 ms, and the instance is busy.
 */
class DynamicBatcherObjectiveTests {

	private static final CostCurve CURVE = new CostCurve(
			List.of(new Point(1, 10_000_000), new Point(4, 16_000_000), new Point(16, 80_000_000)));

	private final BatcherFixture fixture = new BatcherFixture();

	private final AdjustableBatcher<Rows, List<Integer>> batcher = (AdjustableBatcher<Rows, List<Integer>>) this.fixture
		.build(this.fixture.builder(4, Duration.ZERO, 1024)
			.policy(new BatchingPolicy(4, Duration.ZERO, 1024, new Priorities(2, 2, Duration.ofSeconds(5))))
			.costs(CURVE)
			.objective(new LatencyObjective(Duration.ofMillis(50), 0.99)));

	private final CompletableFuture<List<Integer>> running = this.fixture.plug(this.batcher);

	private final List<CompletableFuture<List<Integer>>> waiting = new ArrayList<>();

	@AfterEach
	void close() {
		this.fixture.function.open();
		assertThat(this.waiting).allSatisfy(answer -> assertThat(answer).succeedsWithin(BatcherFixture.TIMEOUT));
		this.fixture.close();
	}

	@Test
	void whatCouldNotBeAnsweredInTimeIsRejectedWithTheTimeToDrainTheQueue() {
		accept(8);
		Overloaded rejected = failure(this.batcher.submit(Rows.of(9), Deadline.NONE), Overloaded.class);
		assertThat(rejected)
			.hasMessage("8 rows wait; the result could not be ready within 50 ms (batching.latency-objective)");
		assertThat(rejected.retryAfter()).isEqualTo(Duration.ofMillis(42));
		assertThat(this.fixture.listener.rejected()).containsExactly(new Rejected(RejectionReason.OBJECTIVE, 1));
	}

	@Test
	void whatCouldNotBeAnsweredInTimeIsRejectedBeforeItIsHandedIn() {
		accept(4);
		assertThat(rejection(1)).isNull();
		accept(4);
		Overloaded rejected = rejection(0);
		assertThat(rejected)
			.hasMessage("8 rows wait; the result could not be ready within 50 ms (batching.latency-objective)");
		assertThat(rejected.retryAfter()).isEqualTo(Duration.ofMillis(42));
		assertThat(this.fixture.listener.rejected()).containsExactly(new Rejected(RejectionReason.OBJECTIVE, 1));
		assertThat(rejection(1)).as("at the first level").isNull();
		assertThat(this.batcher.snapshot().queuedRows()).isEqualTo(8);
	}

	@Test
	void whatCameLongAgoIsRejectedBeforeItIsHandedIn() {
		accept(4);
		long now = this.fixture.ticker.getAsLong();
		assertThat(this.batcher.rejection(0, now - Duration.ofMillis(4).toNanos())).isPresent();
		assertThat(this.batcher.rejection(0, now - Duration.ofMillis(3).toNanos())).isEmpty();
	}

	private @Nullable Overloaded rejection(int priority) {
		return this.batcher.rejection(priority, this.fixture.ticker.getAsLong()).orElse(null);
	}

	@Test
	void whenTheRunUnderWayIsNearlyOverThenMoreIsAccepted() {
		accept(4);
		this.fixture.ticker.advance(Duration.ofMillis(4));
		accept(4);
		this.fixture.ticker.advance(Duration.ofMillis(6));
		failure(this.batcher.submit(Rows.of(9), Deadline.NONE), Overloaded.class);
		this.fixture.ticker.advance(Duration.ofMillis(3));
		assertThat(this.batcher.snapshot().queuedRows()).isEqualTo(8);
	}

	@Test
	void theTimeSinceArrivalCounts() {
		accept(4);
		long now = this.fixture.ticker.getAsLong();
		failure(this.batcher.submit(Rows.of(5), Deadline.NONE, 0, now - Duration.ofMillis(4).toNanos()),
				Overloaded.class);
		this.waiting.add(this.batcher.submit(Rows.of(5), Deadline.NONE, 0, now - Duration.ofMillis(3).toNanos()));
		assertThat(this.batcher.snapshot().queuedRows()).isEqualTo(5);
	}

	@Test
	void theFirstLevelIsAcceptedWhileTheLastIsRejected() {
		accept(8);
		failure(this.batcher.submit(Rows.of(9), Deadline.NONE, 2), Overloaded.class);
		this.waiting.add(this.batcher.submit(Rows.of(9), Deadline.NONE, 1));
		assertThat(this.batcher.snapshot().queuedRows()).isEqualTo(9);
	}

	@Test
	void whenADeadlineIsNearerThanTheObjectiveThenItCounts() {
		failure(this.batcher.submit(Rows.of(1), this.fixture.within(Duration.ofMillis(19))), Overloaded.class);
		assertThat(this.fixture.listener.rejected()).containsExactly(new Rejected(RejectionReason.PREDICTED_LATE, 1));
		this.waiting.add(this.batcher.submit(Rows.of(1), this.fixture.within(Duration.ofMillis(20))));
		assertThat(failure(this.batcher.submit(Rows.of(1), this.fixture.within(Duration.ZERO)), DeadlineExceeded.class))
			.isNotNull();
	}

	@Test
	void aCallThatCannotMeetItAloneIsAcceptedWhileItWaitsForAtMostHalfOfIt() {
		Integer[] many = new Integer[40];
		Arrays.fill(many, 1);
		CompletableFuture<List<Integer>> large = this.batcher.submit(Rows.of(many), Deadline.NONE);
		this.waiting.add(large);
		assertThat(large).isNotDone();
		failure(this.batcher.submit(Rows.of(many), Deadline.NONE), Overloaded.class);
	}

	@Test
	void whenAnInstanceJoinsThenMoreIsAccepted() {
		accept(8);
		failure(this.batcher.submit(Rows.of(9), Deadline.NONE), Overloaded.class);
		this.batcher.add(this.fixture.function);
		this.fixture.function.awaitRun();
		this.waiting.add(this.batcher.submit(Rows.of(9), Deadline.NONE));
		assertThat(this.batcher.snapshot().queuedRows()).isEqualTo(5);
	}

	@Test
	void limitsBoundWhatIsChosen() {
		assertThat(objective().maxBatchSize()).isEqualTo(4);
		assertThat(objective().predictedWait()).isEqualTo(Duration.ofMillis(10));
		this.batcher.policy(new BatchingPolicy(16, Duration.ZERO, 20));
		assertThat(objective().maxBatchSize()).as("two runs of 5 take 42.7 ms").isEqualTo(5);
		assertThat(this.batcher.policy()).isEqualTo(new BatchingPolicy(16, Duration.ZERO, 20));
		this.batcher.policy(new BatchingPolicy(2, Duration.ZERO, 20));
		assertThat(objective().maxBatchSize()).isEqualTo(2);
	}

	@Test
	void whenAnswersTakeLongerThanPredictedThenTheFactorRises() {
		assertThat(objective().calibration()).isOne();
		this.fixture.ticker.advance(Duration.ofMillis(60));
		this.fixture.function.open();
		assertAnswer(this.running, BatcherFixture.PLUG * 10);
		assertThat(this.batcher.drain(BatcherFixture.TIMEOUT)).isTrue();
		assertThat(objective().calibration()).isGreaterThan(1);
	}

	private void accept(int calls) {
		for (int i = 0; i < calls; i++) {
			CompletableFuture<List<Integer>> answer = this.batcher.submit(Rows.of(i), Deadline.NONE);
			assertThat(answer).isNotDone();
			this.waiting.add(answer);
		}
	}

	private ObjectiveStatus objective() {
		ObjectiveStatus status = this.batcher.snapshot().objective();
		assertThat(status).isNotNull();
		return status;
	}

}
