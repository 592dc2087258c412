package io.modelserving.sample.training;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests {@link TrainingRun} on the application.
 */
class TrainingRunIT {

	@Test
	void everyRequestIsAnsweredWithSuccess() {
		assertThatCode(() -> TrainingRun.main("1")).doesNotThrowAnyException();
	}

	@Test
	void whenDurationIsNoNumberThenNothingIsStarted() {
		assertThatExceptionOfType(NumberFormatException.class).isThrownBy(() -> TrainingRun.main("long"));
	}

}
