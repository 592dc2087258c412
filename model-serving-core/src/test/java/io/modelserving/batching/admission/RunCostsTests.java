package io.modelserving.batching.admission;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.modelserving.batching.admission.CostCurve.Point;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link RunCosts}.
 */
class RunCostsTests {

	private static final CostCurve CURVE = new CostCurve(
			List.of(new Point(1, 1000), new Point(8, 2400), new Point(32, 4800)));

	@ParameterizedTest
	@CsvSource({ "1, 1000", "8, 2400", "20, 3600", "32, 4800", "64, 9600" })
	void beforeTheFirstRunCostsAreAsMeasured(int rows, long nanos) {
		assertThat(RunCosts.of(CURVE).nanosFor(rows)).isEqualTo(nanos);
	}

	@Test
	void whenNothingWasMeasuredThenTheFirstRunStandsInForIt() {
		RunCosts unknown = RunCosts.of(CostCurve.UNKNOWN);
		assertThat(unknown.isKnown()).isFalse();
		assertThat(unknown.nanosFor(4)).isZero();
		RunCosts known = unknown.after(4, 2000);
		assertThat(known.isKnown()).isTrue();
		assertThat(known.nanosFor(4)).isEqualTo(2000);
		assertThat(known.nanosFor(8)).isEqualTo(4000);
	}

	@Test
	void aRunCountsATenthForItsSizeAndAHundredthForOthers() {
		RunCosts costs = RunCosts.of(CURVE).after(8, 4800);
		assertThat(costs.nanosFor(8)).isEqualTo(2640);
		assertThat(costs.nanosFor(32)).isEqualTo((long) (4800 * 1.001));
	}

	@Test
	void whenAllRunsTakeTwiceAsLongThenCostsBecomeTwiceAsMuchOfSizesThatDoNotOccurToo() {
		RunCosts costs = RunCosts.of(CURVE);
		for (int i = 0; i < 1000; i++) {
			costs = costs.after(8, 4800);
		}
		assertThat(costs.nanosFor(8)).isCloseTo(4800, within(2L));
		assertThat(costs.nanosFor(32)).isCloseTo(9600, within(2L));
		assertThat(costs.nanosFor(1)).isCloseTo(2000, within(2L));
	}

	@Test
	void whenASizeIsSlowerThanMeasuredThenThatSizeCostsMore() {
		RunCosts costs = RunCosts.of(CURVE);
		for (int i = 0; i < 1000; i++) {
			costs = costs.after(1, 1000).after(32, 9600);
		}
		assertThat(costs.nanosFor(1)).isCloseTo(1000, within(60L));
		assertThat(costs.nanosFor(32)).isCloseTo(9600, within(300L));
	}

}
