package io.modelserving.serving.scaling;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.modelserving.serving.scaling.ScalingPolicy.History;
import io.modelserving.serving.scaling.ScalingPolicy.Reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ScalingPolicy}.
 */
class ScalingPolicyTests {

	private static final long START = ThreadLocalRandom.current().nextLong();

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private static final Duration INTERVAL = Duration.ofSeconds(5);

	private final ScalingPolicy policy = new ScalingPolicy(1, 8, Duration.ofMillis(100), INTERVAL, MINUTE);

	@ParameterizedTest
	@CsvSource({ "1, 2", "2, 3", "4, 6", "6, 8", "7, 8" })
	void whenCallsWaitTooLongOnBusyInstancesThenThereAreMoreByHalf(int instances, int wanted) {
		ScalingDecision decision = decide(instances, 101, 0.8);
		assertThat(decision.instances()).isEqualTo(wanted);
		assertThat(decision.reason())
			.isEqualTo("calls waited 101 ms beside instances that were busy 80 % of the time, more than 100 ms");
	}

	@ParameterizedTest
	@CsvSource({ "100, 1.0", "5000, 0.79" })
	void whenCallsDoNotWaitTooLongOrWaitForSomethingElseThenNothingChanges(long queueMillis, double utilisation) {
		assertThat(decide(2, queueMillis, utilisation).instances()).isEqualTo(2);
	}

	@Test
	void whenThereAreAsManyAsMayBeThenTheReasonSaysSo() {
		ScalingDecision decision = decide(8, 500, 1);
		assertThat(decision.instances()).isEqualTo(8);
		assertThat(decision.reason()).endsWith("there are as many as max-instances allows");
	}

	@Test
	void whenTheLastChangeIsRecentThenNothingChanges() {
		History changed = new History(START, false, START);
		assertThat(this.policy.decide(reading(2, 500, 1), changed, START + INTERVAL.toNanos() - 1).instances())
			.isEqualTo(2);
		assertThat(this.policy.decide(reading(2, 500, 1), changed, START + INTERVAL.toNanos()).instances())
			.isEqualTo(3);
	}

	@ParameterizedTest
	@CsvSource({ "9, 8, max-instances is 8", "0, 1, min-instances is 1" })
	void whenTheNumberIsOutOfTheBoundsThenItIsBroughtBackAtOnce(int instances, int wanted, String reason) {
		ScalingDecision decision = this.policy.decide(reading(instances, 0, 0), History.beginning(START), START);
		assertThat(decision.instances()).isEqualTo(wanted);
		assertThat(decision.reason()).isEqualTo(reason);
	}

	@Test
	void whenOneFewerWouldHaveDoneForLongEnoughThenThereIsOneFewer() {
		ScalingDecision first = decide(4, 10, 0.4);
		assertThat(first.instances()).isEqualTo(4);
		long calm = START + INTERVAL.toNanos();
		ScalingDecision before = this.policy.decide(reading(4, 10, 0.4), first.history(), calm + MINUTE.toNanos() - 1);
		assertThat(before.instances()).isEqualTo(4);
		ScalingDecision after = this.policy.decide(reading(4, 10, 0.4), before.history(), calm + MINUTE.toNanos());
		assertThat(after.instances()).isEqualTo(3);
		assertThat(after.reason())
			.isEqualTo("calls waited 10 ms beside instances that were busy 40 % of the time, for PT1M");
		ScalingDecision next = this.policy.decide(reading(3, 10, 0.3), after.history(),
				calm + MINUTE.toNanos() + INTERVAL.toNanos());
		assertThat(next.instances()).as("the time counts anew").isEqualTo(3);
	}

	@ParameterizedTest
	@CsvSource({ "51, 0.1", "10, 0.46", "500, 1.0" })
	void whenTheRestWouldBeTooBusyInBetweenThenTheTimeCountsAnew(long queueMillis, double utilisation) {
		ScalingDecision calm = decide(4, 10, 0.1);
		long later = START + INTERVAL.toNanos() + MINUTE.toNanos();
		ScalingDecision busy = this.policy.decide(reading(4, queueMillis, utilisation), calm.history(), later - 1);
		assertThat(this.policy.decide(reading(4, 10, 0.1), busy.history(), later + INTERVAL.toNanos()).instances())
			.isGreaterThanOrEqualTo(4);
	}

	@Test
	void theFewestStay() {
		ScalingDecision calm = decide(1, 0, 0);
		assertThat(this.policy.decide(reading(1, 0, 0), calm.history(), START + 10 * MINUTE.toNanos()).instances())
			.isEqualTo(1);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			0 | 1   | PT1S | PT1S | PT1S  | min-instances is 0; it must be at least 1
			3 | 2   | PT1S | PT1S | PT1S  | max-instances is 2; it must be at least min-instances, 3, and at most 256
			1 | 257 | PT1S | PT1S | PT1S  | max-instances is 257; it must be at least min-instances, 1, and at most 256
			1 | 2   | PT0S | PT1S | PT1S  | scale-up-queue-time is PT0S; it must be longer than 0 and at most a day
			1 | 2   | PT1S | PT0S | PT1S  | scale-interval is PT0S; it must be longer than 0 and at most a day
			1 | 2   | PT1S | PT1S | PT48H | scale-down-after is PT48H; it must be longer than 0 and at most a day
			""")
	void whenASettingIsWrongThenTheMessageNamesIt(int min, int max, Duration queueTime, Duration interval,
			Duration down, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> new ScalingPolicy(min, max, queueTime, interval, down))
			.withMessage(message);
	}

	private ScalingDecision decide(int instances, long queueMillis, double utilisation) {
		return this.policy.decide(reading(instances, queueMillis, utilisation), History.beginning(START),
				START + INTERVAL.toNanos());
	}

	private static Reading reading(int instances, long queueMillis, double utilisation) {
		return new Reading(instances, Duration.ofMillis(queueMillis).toNanos(), utilisation);
	}

}
