package io.modelserving.batching;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.batching.BatchingPolicy.Decision;
import io.modelserving.batching.BatchingPolicy.Dispatch;
import io.modelserving.batching.BatchingPolicy.Wait;
import io.modelserving.batching.BatchingPolicy.Waiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link BatchingPolicy}.
 */
class BatchingPolicyTests {

	private static final long NOW = ThreadLocalRandom.current().nextLong();

	private final BatchingPolicy eager = new BatchingPolicy(8, Duration.ZERO, 64);

	private final BatchingPolicy patient = new BatchingPolicy(8, Duration.ofNanos(1000), 64);

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			0 | 0  | 10 | max-batch-size is 0; it must be at least 1
			8 | -1 | 10 | max-queue-delay is PT-1S; it must not be negative
			8 | 0  | 7  | queue-capacity is 7 rows; it must be at least max-batch-size, 8
			""")
	void whenASettingIsWrongThenTheMessageNamesIt(int size, int delay, int capacity, String message) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new BatchingPolicy(size, Duration.ofSeconds(delay), capacity))
			.withMessage(message);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 7 })
	void whenThereIsNoDelayThenAnIdleInstanceTakesWhateverWaits(int rows) {
		assertThat(decide(this.eager, rows, 0)).isEqualTo(new Dispatch(DispatchReason.IDLE));
	}

	@ParameterizedTest
	@ValueSource(ints = { 8, 9, 64 })
	void whenTheRowsFillABatchThenItGoesWhateverTheDelay(int rows) {
		assertThat(decide(this.eager, rows, 0)).isEqualTo(new Dispatch(DispatchReason.FULL));
		assertThat(decide(this.patient, rows, 0)).isEqualTo(new Dispatch(DispatchReason.FULL));
	}

	@ParameterizedTest
	@CsvSource({ "0, 1000", "1, 999", "999, 1" })
	void whenThereIsADelayThenItIsCountedFromTheOldestArrival(long waited, long left) {
		assertThat(decide(this.patient, 7, waited)).isEqualTo(new Wait(left));
	}

	@ParameterizedTest
	@ValueSource(longs = { 1000, 1001, 1_000_000 })
	void whenTheDelayIsOverThenTheBatchGoes(long waited) {
		assertThat(decide(this.patient, 1, waited)).isEqualTo(new Dispatch(DispatchReason.DELAY));
	}

	@Test
	void whenDrainingThenNothingWaits() {
		Waiting waiting = new Waiting(1, NOW, Deadline.NONE, 0);
		assertThat(this.patient.decide(waiting, true, NOW)).isEqualTo(new Dispatch(DispatchReason.DRAIN));
		assertThat(this.eager.decide(waiting, true, NOW)).isEqualTo(new Dispatch(DispatchReason.DRAIN));
		Waiting full = new Waiting(8, NOW, Deadline.NONE, 0);
		assertThat(this.patient.decide(full, true, NOW)).isEqualTo(new Dispatch(DispatchReason.FULL));
	}

	@ParameterizedTest
	@CsvSource({ "500, 0, 500", "500, 200, 300", "500, 499, 1", "5000, 200, 1000" })
	void whenADeadlineIsNearThenItLeavesTimeForTheRun(long deadline, long execution, long left) {
		Waiting waiting = new Waiting(1, NOW, within(deadline), execution);
		assertThat(this.patient.decide(waiting, false, NOW)).isEqualTo(new Wait(left));
	}

	@ParameterizedTest
	@CsvSource({ "500, 500", "500, 501", "-1, 0" })
	void whenADeadlineLeavesNoTimeToWaitThenTheBatchGoes(long deadline, long execution) {
		Waiting waiting = new Waiting(1, NOW, within(deadline), execution);
		assertThat(this.patient.decide(waiting, false, NOW)).isEqualTo(new Dispatch(DispatchReason.DEADLINE));
	}

	@Test
	void whenTheDelayIsBeyondNanosecondsThenItIsWaitedForNonetheless() {
		BatchingPolicy endless = new BatchingPolicy(8, Duration.ofSeconds(Long.MAX_VALUE), 64);
		assertThat(decide(endless, 1, 5)).isEqualTo(new Wait(Long.MAX_VALUE - 5));
	}

	private static Decision decide(BatchingPolicy policy, int rows, long waited) {
		return policy.decide(new Waiting(rows, NOW - waited, Deadline.NONE, 0), false, NOW);
	}

	private static Deadline within(long nanos) {
		return Deadline.after(Duration.ofNanos(nanos), NOW);
	}

}
