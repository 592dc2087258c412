package io.modelserving.serving.warmup;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.Definitions;
import io.modelserving.batching.tensor.Padding;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.graph.RowIndependence;
import io.modelserving.model.graph.GraphAnalysis;
import io.modelserving.serving.BatchingSettings.Verification;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.TensorSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link BatchPlanner}: what the graph, the settings and the signature say
 * before anything runs.
 */
class BatchPlannerTests {

	private static final ModelSignature SIGNATURE = new ModelSignature(
			List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1, -1))),
			List.of(TensorSpec.of("y", DataType.FP32, Shape.of(-1, -1))));

	private static final RowIndependence PROVEN = new RowIndependence.Proven();

	private static final RowIndependence MIXES = new RowIndependence.Mixes("max", "ReduceMax", "it looks at all rows");

	private static final RowIndependence UNKNOWN = new RowIndependence.Unknown("my", "Custom", "it is not known");

	@ParameterizedTest
	@CsvSource(nullValues = "auto",
			value = { "UNBATCH, auto, true", "UNBATCH, 8, true", "WARN, 8, false", "OFF, auto, true", "OFF, 8, false" })
	void whenTheGraphMixesRowsThenTheNodeIsNamedUnlessTheApplicationBelievesOtherwise(Verification verification,
			@Nullable Integer size, boolean unbatched) {
		String obstacle = obstacle(analysis(MIXES, 0, 0), Definitions.batching(size, verification), true);
		if (unbatched) {
			assertThat(obstacle).contains("mixes at node max (ReduceMax)");
		}
		else {
			assertThat(obstacle).isNull();
		}
	}

	@ParameterizedTest
	@CsvSource(nullValues = "auto", value = { "auto", "8" })
	void whenTheGraphMixesRowsAndThatIsToFailThenTheModelIsRejected(@Nullable Integer size) {
		assertThatExceptionOfType(ModelLoadException.class)
			.isThrownBy(() -> obstacle(analysis(MIXES, 0, 0), Definitions.batching(size, Verification.FAIL), true))
			.withMessageContaining("ReduceMax")
			.satisfies(ex -> assertThat(ex.isRetryable()).isFalse());
	}

	@Test
	void whenBatchesAreNotWantedThenNothingFailsOfThem() {
		assertThat(obstacle(analysis(MIXES, 0, 0), Definitions.batching(1, Verification.FAIL), true))
			.isEqualTo("max-batch-size is 1");
	}

	@ParameterizedTest
	@CsvSource(nullValues = "auto",
			value = { "UNBATCH, auto, true,", "UNBATCH, auto, false, warm-up is off",
					"UNBATCH, 8, false, warm-up is off", "OFF, auto, true, batching.verify is off", "OFF, 8, true,",
					"OFF, 8, false,", "WARN, 8, false,", "FAIL, 8, true," })
	void whenTheGraphDoesNotSayEnoughThenItIsTestedOrBelieved(Verification verification, @Nullable Integer size,
			boolean tested, @Nullable String reason) {
		String obstacle = obstacle(analysis(UNKNOWN, 0, 0), Definitions.batching(size, verification), tested);
		if (reason != null) {
			assertThat(obstacle).contains(reason).contains("unknown at node my (Custom)");
		}
		else {
			assertThat(obstacle).isNull();
		}
	}

	@Test
	void whenTheGraphProvesIndependenceThenCallsMayShareBatches() {
		for (Verification verification : Verification.values()) {
			assertThat(obstacle(analysis(PROVEN, 0, 0), Definitions.batching(null, verification), false)).isNull();
		}
	}

	@ParameterizedTest
	@CsvSource({ "1, 0", "0, 1", "1, 1" })
	void whenTheBatchIsAlongAnotherDimensionThenCallsMayShareBatchesUnlessRowsArePadded(int input, int output) {
		GraphAnalysis analysis = analysis(PROVEN, input, output);
		assertThat(obstacle(analysis, Definitions.batching(null), true)).isNull();
		assertThat(BatchPlanner.axes(SIGNATURE, analysis).of("x")).isEqualTo(input);
		assertThat(BatchPlanner.axes(SIGNATURE, analysis).of("y")).isEqualTo(output);
		assertThat(BatchPlanner.hasRows(SIGNATURE, analysis)).isFalse();
		BatchingSettings padded = new BatchingSettings(null, Duration.ZERO, 1024, null, Verification.UNBATCH,
				signature -> new Padding(Map.of("x", new Padding.Input(1, 0)), Map.of(), List.of()));
		assertThat(obstacle(analysis, padded, true)).contains("batching.padding needs the rows in the first dimension");
	}

	@Test
	void whenTheBatchIsAlongADimensionOfFixedSizeThenTheReasonSaysSo() {
		ModelSignature signature = new ModelSignature(List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1, -1))),
				List.of(TensorSpec.of("y", DataType.FP32, Shape.of(-1, 1))));
		assertThat(BatchPlanner.obstacle(signature, analysis(PROVEN, 0, 1), Definitions.batching(8), true))
			.contains("output y FP32[-1, 1] carries the batch along dimension 1, which is not dynamic");
	}

	@ParameterizedTest
	@CsvSource(nullValues = "none",
			value = { "none, 0, input \"x\" carries no batch", "0, none, output \"y\" carries no batch" })
	void whenATensorCarriesNoBatchThenTheReasonSaysSo(@Nullable Integer input, @Nullable Integer output,
			String reason) {
		for (Verification verification : Verification.values()) {
			assertThat(obstacle(analysis(PROVEN, input, output), Definitions.batching(8, verification), true))
				.contains(reason);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1 })
	void whenAnOutputIsOfMapsThenItsAxisIsThatOfKeysAndValues(int axis) {
		GraphAnalysis map = new GraphAnalysis(PROVEN, Map.of("x", 0), Map.of("y", axis), Map.of(), List.of());
		ModelSignature signature = new ModelSignature(List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 2))),
				List.of(TensorSpec.of("y", DataType.FP32, Shape.of(-1, -1)),
						TensorSpec.of("y.keys", DataType.INT64, Shape.of(-1, -1))));
		assertThat(BatchPlanner.obstacle(signature, map, Definitions.batching(8), true)).isNull();
		assertThat(BatchPlanner.axes(signature, map).of("y.keys")).isEqualTo(axis);
	}

	private static @Nullable String obstacle(GraphAnalysis analysis, BatchingSettings settings, boolean tested) {
		return BatchPlanner.obstacle(SIGNATURE, analysis, settings, tested);
	}

	private static GraphAnalysis analysis(RowIndependence verdict, @Nullable Integer input, @Nullable Integer output) {
		return new GraphAnalysis(verdict, (input != null) ? Map.of("x", input) : Map.of(),
				(output != null) ? Map.of("y", output) : Map.of(), Map.of(), List.of());
	}

}
