package io.modelserving.openinference.grpc;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import io.modelserving.batching.Deadline;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CallDeadline}.
 */
class CallDeadlineTests {

	@ParameterizedTest
	@CsvSource({ "1000, 998", "20, 18", "10, 9", "1, 0.9" })
	void whenCallHasDeadlineThenRequestEndsShortlyBefore(double milliseconds, double expected) {
		Deadline deadline = CallDeadline.after((long) (milliseconds * TimeUnit.MILLISECONDS.toNanos(1)), 7);
		assertThat(deadline.timeout()).isEqualTo(Duration.ofNanos((long) (expected * 1_000_000)));
		assertThat(deadline.arrival()).isEqualTo(7);
	}

	@Test
	void whenDeadlineHasPassedThenRequestHasNoTimeLeft() {
		assertThat(CallDeadline.after(-5, 7).timeout()).isEqualTo(Duration.ofNanos(1));
	}

	@Test
	void whenCallHasNoDeadlineThenItHasAnyTime() {
		assertThat(CallDeadline.of(7).isNone()).isTrue();
	}

}
