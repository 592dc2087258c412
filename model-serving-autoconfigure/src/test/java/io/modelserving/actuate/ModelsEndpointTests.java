package io.modelserving.actuate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.info.Info;

import io.modelserving.batching.BatchListener;
import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.batching.admission.CostCurve;
import io.modelserving.batching.DispatchReason;
import io.modelserving.batching.admission.RejectionReason;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelMetadata;
import io.modelserving.model.graph.RowIndependence;
import io.modelserving.model.graph.GraphAnalysis;
import io.modelserving.model.graph.Hazard;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.BatchingPlan;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.serving.statistics.StatisticsCollector;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.serving.traffic.TrafficStatus;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ModelsEndpoint} and what belongs to it.
 */
class ModelsEndpointTests {

	private static final ModelKey FIRST = new ModelKey("digits", 1);

	private static final ModelKey SECOND = new ModelKey("digits", 2);

	private final ModelRegistry registry = mock(ModelRegistry.class);

	private final StatisticsCollector statistics = new StatisticsCollector(InstantSource.system());

	private final ModelsEndpoint endpoint = new ModelsEndpoint(this.registry, this.statistics);

	@Test
	void modelsAreListedInShort() {
		know();
		assertThat(this.endpoint.models().models()).containsExactly(
				new ModelsDescriptor.Entry("digits", 1, "READY", "", true, true),
				new ModelsDescriptor.Entry("digits", 2, "FAILED", "broken", true, true));
	}

	@Test
	void modelSaysWhatIsKnownOfEachVersion() {
		know();
		BatchListener batches = this.statistics.batchListener(FIRST);
		batches.dispatched(DispatchReason.IDLE, 1, 4);
		batches.rejected(RejectionReason.QUEUE_FULL, 4);
		ModelDescriptor model = this.endpoint.model("digits");
		assertThat(model).isNotNull();
		assertThat(model.versions()).extracting(VersionDescriptor::version).containsExactly(1L, 2L);
		VersionDescriptor version = model.versions().get(0);
		assertThat(version.location()).isEqualTo("file:/digits.onnx");
		assertThat(version.queue())
			.isEqualTo(new QueueDescriptor(1, 2, 5, 3, 4, 6, Map.of("idle", 1L), Map.of("queue_full", 1L)));
		assertThat(version.loaded()).isNotNull().satisfies((loaded) -> {
			assertThat(loaded.inputs())
				.containsExactly(new VersionDescriptor.Tensor("x", "FP32", List.of(-1L, 2L), List.of("", ""), false));
			assertThat(loaded.batching()).isEqualTo(new BatchingDescriptor(true, 8, "cheapest", "equal",
					List.of(new BatchingDescriptor.Cost(8, 4, 0.5))));
		});
		assertThat(model.versions().get(1).loaded()).isNull();
		assertThat(version.limits()).isEqualTo(new LimitsDescriptor(8, Duration.ZERO, 1024));
		assertThat(model.versions().get(1).limits()).isNull();
		assertThat(model.traffic().shares()).isEqualTo(Map.of(1L, 1.0));
		assertThat(model.traffic().reasons()).containsExactly("why");
	}

	@Test
	void graphIsDescribedWithTheNodeThatDecides() {
		GraphAnalysis mixes = new GraphAnalysis(new RowIndependence.Mixes("mx", "ReduceMax", "it looks at all rows"),
				Map.of("x", 0), Map.of(), Map.of(), List.of(new Hazard("d", "Div", "it divides")));
		assertThat(GraphDescriptor.of(mixes))
			.isEqualTo(new GraphDescriptor("mixes", "mixes at node mx (ReduceMax): it looks at all rows", "mx",
					"ReduceMax", Map.of("x", 0), Map.of(), List.of(new Hazard("d", "Div", "it divides"))));
		assertThat(GraphDescriptor.of(GraphAnalysis.unknown("why")).verdict()).isEqualTo("unknown");
		GraphAnalysis proven = new GraphAnalysis(new RowIndependence.Proven(), Map.of("x", 0), Map.of("y", 1), Map.of(),
				List.of());
		assertThat(GraphDescriptor.of(proven)).returns("proven", GraphDescriptor::verdict)
			.returns(Map.of("y", 1), GraphDescriptor::outputBatchAxes);
	}

	@Test
	void versionIsFoundByNumber() {
		know();
		assertThat(this.endpoint.version("digits", 2)).isNotNull()
			.extracting(VersionDescriptor::reason)
			.isEqualTo("broken");
		assertThat(this.endpoint.version("digits", 3)).isNull();
	}

	@Test
	void whenModelIsUnknownThenThereIsNothing() {
		know();
		assertThat(this.endpoint.model("iris")).isNull();
	}

	@Test
	void infoGivesVersionsAndRuntime() {
		know();
		Info.Builder info = new Info.Builder();
		new ModelsInfoContributor(this.registry, "1.28.0").contribute(info);
		assertThat(info.build().getDetails()).containsEntry("modelServing",
				Map.of("onnxruntime", "1.28.0", "models", Map.of("digits", Map.of("1", "READY", "2", "FAILED"))));
	}

	private void know() {
		ModelSignature signature = new ModelSignature(List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 2))),
				List.of());
		BatchingPlan plan = new BatchingPlan(true, 8, "cheapest", "equal",
				new CostCurve(List.of(new CostCurve.Point(8, 4000))));
		ModelDetails details = new ModelDetails(signature, new ModelMetadata("onnx", "", "", Map.of()), 4, 1, plan,
				NamedTensors.of("x", Tensor.of(Shape.of(1, 2), 1f, 2f)), Duration.ofMillis(3), Duration.ofMillis(4));
		given(this.registry.trafficStatus("digits")).willReturn(
				new TrafficStatus(Traffic.NONE, new TreeMap<>(Map.of(1L, 1.0)), List.of("why"), List.of(), null));
		given(this.registry.limits(FIRST)).willReturn(new BatchingLimits(8, Duration.ZERO, 1024));
		given(this.registry.limits(SECOND)).willThrow(new ModelUnavailable("it has failed", Duration.ZERO));
		given(this.registry.models()).willReturn(List.of(
				new ModelSnapshot(status(FIRST, ModelState.READY, ""), "file:/digits.onnx", details,
						new BatcherSnapshot(1, 2, 4, 3, 5, 6)),
				new ModelSnapshot(status(SECOND, ModelState.FAILED, "broken"), "file:/digits.onnx", null,
						BatcherSnapshot.IDLE)));
	}

	private static ModelStatus status(ModelKey key, ModelState state, String reason) {
		return new ModelStatus(key, state, reason, true, Instant.EPOCH);
	}

}
