package io.modelserving.batching.admission;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.modelserving.batching.admission.CostCurve.Point;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CostCurve}.
 */
class CostCurveTests {

	private final CostCurve curve = new CostCurve(List.of(new Point(4, 400), new Point(1, 160), new Point(2, 200)));

	@Test
	void whenNothingWasMeasuredThenNothingIsKnown() {
		assertThat(CostCurve.UNKNOWN.isKnown()).isFalse();
		assertThat(CostCurve.UNKNOWN.nanosFor(7)).isZero();
		assertThat(CostCurve.UNKNOWN.recommendedBatchSize()).isEqualTo(1);
		assertThat(this.curve.isKnown()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "1, 160", "2, 200", "3, 300", "4, 400", "8, 800" })
	void costsAreInterpolatedAndProportionalBeyondTheLast(int rows, long nanos) {
		assertThat(this.curve.nanosFor(rows)).isEqualTo(nanos);
	}

	@Test
	void belowTheFirstMeasurementARunCostsAsMuchAsThat() {
		assertThat(new CostCurve(List.of(new Point(8, 800))).nanosFor(2)).isEqualTo(800);
	}

	@ParameterizedTest
	@MethodSource("curves")
	void recommendedIsTheSmallestBatchThatIsNearlyTheCheapestPerRow(List<Point> points, int recommended) {
		assertThat(new CostCurve(points).recommendedBatchSize()).isEqualTo(recommended);
	}

	@Test
	void contendersAreTheRecommendedSizeAndLargerOnesThatComeNear() {
		CostCurve disturbed = new CostCurve(List.of(new Point(1, 1000), new Point(8, 3200), new Point(16, 2800),
				new Point(32, 7000), new Point(64, 10_800)));
		assertThat(disturbed.recommendedBatchSize()).isEqualTo(16);
		assertThat(disturbed.contenders()).containsExactly(16, 32, 64);
		assertThat(new CostCurve(List.of(new Point(1, 1000), new Point(2, 1200), new Point(4, 4100))).contenders())
			.containsExactly(2);
		// as measured of a wide perceptron while its server started
		CostCurve wide = new CostCurve(
				List.of(new Point(1, 1_250_700), new Point(32, 4_211_200), new Point(64, 11_558_400)));
		assertThat(wide.contenders()).containsExactly(32, 64);
	}

	@Test
	void curvesHaveLevelledOffWhenThreeSizesInARowSaveLessThanATenth() {
		assertThat(curveOf(1000, 980, 960).hasLevelledOff()).isFalse();
		assertThat(curveOf(1000, 980, 960, 910).hasLevelledOff()).isTrue();
		assertThat(curveOf(1000, 980, 960, 890).hasLevelledOff()).isFalse();
		assertThat(curveOf(1000, 850, 840, 880, 830).hasLevelledOff()).isTrue();
		// as measured of a small convolutional net while its server started
		assertThat(curveOf(1555, 1463, 2098, 1676).hasLevelledOff()).isTrue();
		// and of the wide perceptron
		assertThat(curveOf(1251, 1176, 689, 310, 190, 132).hasLevelledOff()).isFalse();
	}

	/** A curve of batches of 1, 2, 4 and so on rows. */
	private static CostCurve curveOf(long... nanosPerRow) {
		return new CostCurve(
				IntStream.range(0, nanosPerRow.length).mapToObj(i -> new Point(1 << i, nanosPerRow[i] << i)).toList());
	}

	static Stream<Arguments> curves() {
		return Stream.of(Arguments.of(List.of(new Point(1, 100)), 1),
				// batches of a small model on a CPU: dearer per row than single rows
				Arguments.of(List.of(new Point(1, 100), new Point(8, 900), new Point(32, 4000)), 1),
				// a batch saves less than a fifth
				Arguments.of(List.of(new Point(1, 100), new Point(8, 648)), 1),
				// and a little more than a fifth
				Arguments.of(List.of(new Point(1, 100), new Point(8, 632)), 8),
				// a large fixed cost: the more the better, but 16 is nearly as good as 32
				Arguments.of(List.of(new Point(1, 1000), new Point(16, 1600), new Point(32, 3000)), 16),
				Arguments.of(List.of(new Point(1, 1000), new Point(16, 1600), new Point(32, 2000)), 32));
	}

}
