package io.modelserving.tuning;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link TuningRequest}.
 */
class TuningRequestTests {

	@Test
	void whenNothingIsAskedForThenItTakesHalfAMinuteAtMost() {
		assertThat(TuningRequest.defaults().duration()).hasSeconds(30);
	}

	@Test
	void whenDurationIsOutOfItsBoundsThenItIsRejected() {
		assertThatIllegalArgumentException().isThrownBy(() -> lasting(Duration.ofMillis(999)))
			.withMessageStartingWith("duration is PT0.999S");
		assertThatIllegalArgumentException().isThrownBy(() -> lasting(Duration.ofMinutes(11)))
			.withMessageContaining("between PT1S and PT10M");
	}

	@Test
	void whenAListIsTooLongOrHoldsZeroThenItIsRejected() {
		assertThatIllegalArgumentException().isThrownBy(() -> batches(Collections.nCopies(17, 1)))
			.withMessage("batchSizes has 17 values; it may have at most 16");
		assertThatIllegalArgumentException().isThrownBy(() -> batches(List.of(0)))
			.withMessage("batchSizes is 0; it must be between 1 and 65536");
	}

	@Test
	void whenObjectiveIsNotPositiveThenItIsRejected() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new TuningRequest(Duration.ZERO, Duration.ofSeconds(30), null, 1, null, List.of(),
					List.of(), List.of()))
			.withMessage("objective is PT0S; it must be longer than 0");
	}

	private static void lasting(Duration duration) {
		new TuningRequest(null, duration, null, 1, null, List.of(), List.of(), List.of());
	}

	private static void batches(List<Integer> sizes) {
		new TuningRequest(null, Duration.ofSeconds(30), null, 1, null, List.of(), List.of(), sizes);
	}

}
