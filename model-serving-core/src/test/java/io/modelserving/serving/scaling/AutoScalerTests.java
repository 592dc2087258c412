package io.modelserving.serving.scaling;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.batching.InstanceSnapshot;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AutoScaler}.
 */
class AutoScalerTests {

	private static final long START = Long.MAX_VALUE - 5;

	private static final long INTERVAL = Duration.ofSeconds(10).toNanos();

	private final AutoScaler scaler = new AutoScaler(
			new ScalingPolicy(1, 4, Duration.ofMillis(100), Duration.ofNanos(INTERVAL), Duration.ofMinutes(1)), START);

	@Test
	void whenTheIntervalIsNotOverThenNothingIsDecided() {
		assertThat(this.scaler.check(snapshot(0), 1, START + INTERVAL - 1)).isNull();
		assertThat(this.scaler.reason()).isEqualTo("nothing was seen yet");
	}

	@Test
	void onlyWhatHappenedInTheIntervalCounts() {
		InstanceSnapshot before = instance("a", 100, millis(100_000), INTERVAL);
		ScalingDecision first = this.scaler.check(snapshot(0, before), 1, START + INTERVAL);
		assertThat(first).isNotNull();
		assertThat(first.instances()).isEqualTo(2);
		InstanceSnapshot idle = instance("a", 110, millis(100_010), INTERVAL);
		ScalingDecision second = this.scaler.check(snapshot(0, idle), 1, START + 2 * INTERVAL);
		assertThat(second).isNotNull();
		assertThat(second.instances()).isEqualTo(1);
		assertThat(this.scaler.reason()).isEqualTo("calls waited 1 ms beside instances that were busy 0 % of the time");
	}

	@Test
	void anInstanceThatHangsIsNotTakenForABusyOne() {
		InstanceSnapshot hung = new InstanceSnapshot("b", "", true, 1, 1, 1, 0, INTERVAL, true);
		ScalingDecision decision = this.scaler.check(snapshot(millis(7_000), instance("a", 0, 0, 0), hung), 1,
				START + INTERVAL);
		assertThat(decision).isNotNull();
		assertThat(decision.instances()).isEqualTo(1);
		assertThat(decision.reason()).endsWith("busy 0 % of the time");
	}

	@Test
	void whenNoCallLeavesTheQueueThenTheOldestThatWaitsCounts() {
		ScalingDecision decision = this.scaler.check(snapshot(millis(7_000), instance("a", 0, 0, INTERVAL)), 1,
				START + INTERVAL);
		assertThat(decision).isNotNull();
		assertThat(decision.instances()).isEqualTo(2);
		assertThat(decision.reason()).startsWith("calls waited 7000 ms");
	}

	@Test
	void whenAnInstanceIsNewThenAllThatItDidCountsAndOneThatEndedDoesNot() {
		this.scaler.check(snapshot(0, instance("a", 0, 0, 0), instance("b", 500, millis(500), INTERVAL)), 2,
				START + INTERVAL);
		ScalingDecision decision = this.scaler.check(
				snapshot(0, instance("a", 0, 0, 0), instance("c", 10, millis(50), INTERVAL)), 2, START + 2 * INTERVAL);
		assertThat(decision).isNotNull();
		assertThat(decision.reason()).isEqualTo("calls waited 5 ms beside instances that were busy 50 % of the time");
	}

	private static BatcherSnapshot snapshot(long oldestNanos, InstanceSnapshot... each) {
		return new BatcherSnapshot(0, 0, each.length, 0, 0, 0, oldestNanos, List.of(each));
	}

	private static InstanceSnapshot instance(String name, long requests, long waitedNanos, long busyNanos) {
		return new InstanceSnapshot(name, "0", false, requests, requests, requests, waitedNanos, busyNanos);
	}

	private static long millis(long millis) {
		return Duration.ofMillis(millis).toNanos();
	}

}
