package io.modelserving.batching.admission;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.modelserving.batching.admission.CostCurve.Point;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link LoadEstimate}.
 */
class LoadEstimateTests {

	private static final CostCurve CURVE = new CostCurve(
			List.of(new Point(1, millis(10)), new Point(8, millis(40)), new Point(16, millis(80))));

	@Test
	void whenNothingIsKnownThenThereIsNoRateAndNoCost() {
		LoadEstimate load = new LoadEstimate(CostCurve.UNKNOWN, 8, 1);
		assertThat(load.rowsPerSecond()).isZero();
		assertThat(load.costs().isKnown()).isFalse();
		assertThat(load.costs().nanosFor(8)).isZero();
	}

	@Test
	void beforeTheFirstRunTheCurveStandsIn() {
		assertThat(new LoadEstimate(CURVE, 8, 1).rowsPerSecond()).isEqualTo(200, within(1e-6));
		assertThat(new LoadEstimate(CURVE, 8, 3).rowsPerSecond()).isEqualTo(600, within(1e-6));
	}

	@Test
	void theFirstRunReplacesTheCurve() {
		LoadEstimate load = new LoadEstimate(CURVE, 8, 2);
		load.executed(1, 4, millis(40));
		assertThat(load.rowsPerSecond()).isEqualTo(200, within(1e-6));
	}

	@Test
	void laterRunsCountATenthEach() {
		LoadEstimate load = new LoadEstimate(CostCurve.UNKNOWN, 8, 1);
		load.executed(1, 10, millis(10));
		load.executed(1, 20, millis(30));
		assertThat(load.rowsPerSecond()).isEqualTo(11 / 0.012, within(1e-6));
		for (int i = 0; i < 200; i++) {
			load.executed(1, 8, millis(80));
		}
		assertThat(load.rowsPerSecond()).isEqualTo(100, within(0.1));
	}

	@Test
	void requestsOfARunAreAveraged() {
		LoadEstimate load = new LoadEstimate(CURVE, 8, 1);
		assertThat(load.requestsPerRun()).isEqualTo(1);
		for (int i = 0; i < 200; i++) {
			load.executed(5, 8, millis(40));
		}
		assertThat(load.requestsPerRun()).isEqualTo(5, within(0.01));
	}

	@Test
	void whenARunTakesNoTimeThenTheRateStaysFinite() {
		LoadEstimate load = new LoadEstimate(CostCurve.UNKNOWN, 8, 1);
		load.executed(1, 8, 0);
		assertThat(load.rowsPerSecond()).isPositive().isFinite();
	}

	private static long millis(long millis) {
		return Duration.ofMillis(millis).toNanos();
	}

}
