package io.modelserving.batching;

import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link Calibration}.
 */
class CalibrationTests {

	private final Calibration calibration = new Calibration(0.99);

	@Test
	void inTheBeginningPredictionsCountAsTheyAre() {
		assertThat(this.calibration.factor()).isOne();
	}

	@ParameterizedTest
	@CsvSource({ "1000, 500", "1000, 1000", "1000, 2000", "10, 90" })
	void whenTheRatioIsAlwaysTheSameThenTheFactorBecomesIt(long predicted, long observed) {
		for (int i = 0; i < 3000; i++) {
			this.calibration.observe(predicted, observed, 1);
		}
		assertThat(this.calibration.factor()).isBetween(0.99 * observed / predicted, 1.11 * observed / predicted);
	}

	@ParameterizedTest
	@CsvSource({ "0.5, 1.5", "0.9, 1.9", "0.99, 1.99" })
	void theShareOfRatiosThatThePercentileSaysStaysWithinTheFactor(double percentile, double expected) {
		Calibration skewed = new Calibration(percentile);
		Random random = new Random(5);
		int within = 0;
		for (int i = 0; i < 60_000; i++) {
			long observed = (long) (1000 * (1 + random.nextDouble()));
			within += (i >= 10_000 && observed <= 1000 * skewed.factor()) ? 1 : 0;
			skewed.observe(1000, observed, 1);
		}
		assertThat(within / 50_000.0).isEqualTo(percentile, within(0.01));
		assertThat(skewed.factor()).isEqualTo(expected, within(0.3));
	}

	@Test
	void aSingleOutlierRaisesTheFactorByATenth() {
		this.calibration.observe(1000, Long.MAX_VALUE, 1);
		assertThat(this.calibration.factor()).isEqualTo(1.104, within(0.001));
	}

	@Test
	void aHalfWeightMovesTheFactorHalfAsFar() {
		this.calibration.observe(1000, Long.MAX_VALUE, 0.5);
		assertThat(this.calibration.factor()).isEqualTo(1.051, within(0.001));
	}

	@Test
	void whenNothingWasPredictedThenNothingIsLearned() {
		this.calibration.observe(0, 1000, 1);
		assertThat(this.calibration.factor()).isOne();
	}

}
