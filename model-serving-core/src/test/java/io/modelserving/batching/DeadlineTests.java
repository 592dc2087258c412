package io.modelserving.batching;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Deadline}.
 */
class DeadlineTests {

	@Test
	void withoutATimeoutItNeverPasses() {
		assertThat(Deadline.after(null, 5).isNone()).isTrue();
		assertThat(Deadline.NONE.isNone()).isTrue();
		assertThat(Deadline.NONE.remainingNanos(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
		assertThat(Deadline.NONE.hasPassed(Long.MIN_VALUE)).isFalse();
		assertThat(Deadline.NONE).hasToString("none");
	}

	@Test
	void whenTheTimeoutIsBeyondNanosecondsThenItNeverPasses() {
		assertThat(Deadline.after(Duration.ofSeconds(Long.MAX_VALUE), 5).isNone()).isTrue();
	}

	@Test
	void itPassesAtItsTimeEvenWhereTheClockOverflows() {
		long now = Long.MAX_VALUE - 10;
		Deadline deadline = Deadline.after(Duration.ofNanos(100), now);
		assertThat(deadline.remainingNanos(now)).isEqualTo(100);
		assertThat(deadline.hasPassed(now + 99)).isFalse();
		assertThat(deadline.hasPassed(now + 100)).isTrue();
		assertThat(deadline.remainingNanos(now + 130)).isEqualTo(-30);
	}

	@Test
	void whenTheTimeoutIsZeroThenItHasPassedAtOnce() {
		assertThat(Deadline.after(Duration.ZERO, 7).hasPassed(7)).isTrue();
	}

	@Test
	void stringFormIsTheTimeout() {
		assertThat(Deadline.after(Duration.ofMillis(250), 7)).hasToString("250 ms");
	}

	@Test
	void whenItIsLimitedThenTheShorterTimeCountsFromArrival() {
		Deadline deadline = Deadline.after(Duration.ofNanos(100), 7);
		assertThat(deadline.within(null)).isSameAs(deadline);
		assertThat(deadline.within(Duration.ofNanos(100))).isSameAs(deadline);
		assertThat(deadline.within(Duration.ofNanos(40)).remainingNanos(17)).isEqualTo(30);
		assertThat(Deadline.after(null, 7).within(Duration.ofNanos(40)).remainingNanos(7)).isEqualTo(40);
		assertThat(Deadline.after(null, 7).arrival()).isEqualTo(7);
	}

}
