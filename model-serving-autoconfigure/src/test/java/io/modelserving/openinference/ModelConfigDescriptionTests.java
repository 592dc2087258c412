package io.modelserving.openinference;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.batching.admission.CostCurve;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelMetadata;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.model.graph.RowIndependence;
import io.modelserving.model.graph.GraphAnalysis;
import io.modelserving.openinference.ModelConfigDescription.DynamicBatching;
import io.modelserving.openinference.ModelConfigDescription.InitialState;
import io.modelserving.openinference.ModelConfigDescription.Oldest;
import io.modelserving.openinference.ModelConfigDescription.QueuePolicy;
import io.modelserving.openinference.ModelConfigDescription.SequenceBatching;
import io.modelserving.openinference.ModelConfigDescription.State;
import io.modelserving.sequence.SequenceStatus;
import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.warmup.BatchPlanner;
import io.modelserving.serving.BatchingPlan;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.TensorSpec;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for {@link ModelConfigDescription}.
 */
class ModelConfigDescriptionTests {

	private static final BatchingLimits LIMITS = new BatchingLimits(16, Duration.ofNanos(1_500_000), 512);

	private static final ModelStatus STATUS = new ModelStatus(new ModelKey("digits", 1), ModelState.READY, "", true,
			Instant.EPOCH);

	private static final BatcherSnapshot SCALED = new BatcherSnapshot(0, 0, 3, 0, 0, 0);

	@Test
	void whenCallsShareBatchesThenTheLimitsOfTheMomentAreTold() {
		ModelConfigDescription config = describe(true, LIMITS, Shape.of(-1, 4));
		assertThat(config.maxBatchSize()).isEqualTo(16);
		assertThat(config.dynamicBatching())
			.isEqualTo(new DynamicBatching(1500L, new QueuePolicy("REJECT", true, 512)));
		assertThat(config.input()).singleElement().satisfies((input) -> assertThat(input.dims()).containsExactly(4L));
		assertThat(config.instanceGroup()).singleElement().satisfies((group) -> assertThat(group.count()).isEqualTo(3));
	}

	@Test
	void whenModelDoesNotServeThenWhatWarmUpFoundIsTold() {
		ModelConfigDescription config = describe(true, null, Shape.of(-1, 4));
		assertThat(config.maxBatchSize()).isEqualTo(8);
		assertThat(config.dynamicBatching()).isEqualTo(new DynamicBatching(null, null));
	}

	@Test
	void whenCallsRunAloneThenTensorsStillHaveRows() {
		ModelConfigDescription config = describe(false, new BatchingLimits(1, Duration.ZERO, 512), Shape.of(-1, 4));
		assertThat(config.maxBatchSize()).isEqualTo(1);
		assertThat(config.dynamicBatching()).isNull();
		assertThat(config.output()).singleElement()
			.satisfies((output) -> assertThat(output.dims()).containsExactly(4L));
	}

	@Test
	void whenTensorsHaveNoRowsThenNoDimensionIsLeftOut() {
		ModelConfigDescription config = describe(false, new BatchingLimits(1, Duration.ZERO, 512), Shape.of(1, 4));
		assertThat(config.maxBatchSize()).isZero();
		assertThat(config.input()).singleElement()
			.satisfies((input) -> assertThat(input.dims()).containsExactly(1L, 4L));
	}

	@Test
	void whenTheGraphMixesRowsOrHasThemElsewhereThenNoDimensionIsLeftOut() {
		RowIndependence mixes = new RowIndependence.Mixes("nms", "NonMaxSuppression", "boxes are dropped");
		assertNoRows(describe(false, analysis(mixes, Map.of("x", 0), Map.of())));
		assertNoRows(describe(false, analysis(new RowIndependence.Proven(), Map.of("x", 0), Map.of("y", 1))));
		assertNoRows(describe(false, analysis(new RowIndependence.Proven(), Map.of("x", 0), Map.of())));
	}

	@Test
	void whenRowsAreIndependentOrServedBatchedAllTheSameThenTheirDimensionIsLeftOut() {
		assertThat(
				describe(false, analysis(new RowIndependence.Proven(), Map.of("x", 0), Map.of("y", 0))).maxBatchSize())
			.isEqualTo(1);
		RowIndependence mixes = new RowIndependence.Mixes("softmax", "Softmax", "it adds up rows");
		assertThat(describe(true, analysis(mixes, Map.of(), Map.of())).maxBatchSize()).isEqualTo(8);
	}

	private static void assertNoRows(ModelConfigDescription config) {
		assertThat(config.maxBatchSize()).isZero();
		assertThat(config.dynamicBatching()).isNull();
		assertThat(config.input()).singleElement()
			.satisfies((input) -> assertThat(input.dims()).containsExactly(-1L, 4L));
		assertThat(config.output()).singleElement()
			.satisfies((output) -> assertThat(output.dims()).containsExactly(-1L, 4L));
	}

	private static GraphAnalysis analysis(RowIndependence verdict, Map<String, Integer> inputs,
			Map<String, Integer> outputs) {
		return new GraphAnalysis(verdict, inputs, outputs, Map.of(), List.of());
	}

	private static ModelConfigDescription describe(boolean batched, GraphAnalysis analysis) {
		ModelSignature signature = new ModelSignature(List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 4))),
				List.of(TensorSpec.of("y", DataType.FP32, Shape.of(-1, 4))));
		return describe(batched, null, signature, analysis);
	}

	@Test
	void whenAnInputIsOptionalThenItIsTold() {
		ModelSignature signature = new ModelSignature(List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 4))),
				List.of(TensorSpec.of("y", DataType.FP32, Shape.of(-1, 4))),
				List.of(TensorSpec.of("scale", DataType.FP32, Shape.of(4))));
		assertThat(describe(true, LIMITS, signature).input()).extracting("name", "dims", "optional")
			.containsExactly(tuple("x", List.of(4L), false), tuple("scale", List.of(4L), true));
	}

	@Test
	void whenTheModelKeepsStateThenItIsToldInPlaceOfDynamicBatching() {
		SequenceStatus sequences = new SequenceStatus(
				List.of(new SequenceStatus.State(TensorSpec.of("h", DataType.FP32, Shape.of(-1, 2)),
						TensorSpec.of("hn", DataType.FP32, Shape.of(-1, 2)), 0),
						new SequenceStatus.State(TensorSpec.of("c", DataType.INT64, Shape.of(2, -1, 4)),
								TensorSpec.of("cn", DataType.INT64, Shape.of(2, -1, 4)), 1)),
				Duration.ofMinutes(1), 7, 0, 0, 0);
		ModelSignature signature = new ModelSignature(List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 4))),
				List.of(TensorSpec.of("y", DataType.FP32, Shape.of(-1, 4))));
		ModelDetails details = details(true, signature, GraphAnalysis.unknown("not read"));
		ModelConfigDescription config = ModelConfigDescription
			.of(new ModelSnapshot(STATUS, "", details, SCALED, null, sequences, null), details, LIMITS);
		assertThat(config.dynamicBatching()).isNull();
		assertThat(config.sequenceBatching()).isEqualTo(new SequenceBatching(60_000_000, new Oldest(7, 1500),
				List.of(new State("h", "hn", "TYPE_FP32", List.of(2L),
						List.of(new InitialState("zeros", "TYPE_FP32", List.of(2L), true))),
						new State("c", "cn", "TYPE_INT64", List.of(2L, -1L, 4L), List.of()))));
		assertThat(JsonMapper.shared().writeValueAsString(config)).contains(
				"\"sequence_batching\":{\"max_sequence_idle_microseconds\":60000000,\"oldest\":{\"max_candidate_sequences\":7");
		assertThat(describe(true, LIMITS, Shape.of(-1, 4)).sequenceBatching()).isNull();
	}

	@Test
	void typesHaveTheNamesOfConfigurations() {
		assertThat(ConfigTypes.name(DataType.BYTES)).isEqualTo("TYPE_STRING");
		for (DataType type : DataType.values()) {
			assertThat(io.modelserving.grpc.DataType.valueOf(ConfigTypes.name(type)).getNumber()).isPositive();
		}
	}

	private static ModelConfigDescription describe(boolean batched, BatchingLimits limits, Shape shape) {
		return describe(batched, limits, new ModelSignature(List.of(TensorSpec.of("x", DataType.FP32, shape)),
				List.of(TensorSpec.of("y", DataType.FP32, shape))));
	}

	private static ModelConfigDescription describe(boolean batched, BatchingLimits limits, ModelSignature signature) {
		return describe(batched, limits, signature, GraphAnalysis.unknown("not read"));
	}

	private static ModelConfigDescription describe(boolean batched, BatchingLimits limits, ModelSignature signature,
			GraphAnalysis analysis) {
		ModelDetails details = details(batched, signature, analysis);
		return ModelConfigDescription.of(new ModelSnapshot(STATUS, "", details, SCALED), details, limits);
	}

	private static ModelDetails details(boolean batched, ModelSignature signature, GraphAnalysis analysis) {
		BatchingPlan plan = new BatchingPlan(batched, batched ? 8 : 1, "", "", CostCurve.UNKNOWN);
		return new ModelDetails(signature, new ModelMetadata("onnx_onnxv1", "", "", Map.of()), analysis, 1, 1, plan,
				BatchPlanner.hasRows(signature, analysis), NamedTensors.of(Map.of()), List.of(), Set.of(),
				Duration.ZERO, Duration.ZERO);
	}

}
