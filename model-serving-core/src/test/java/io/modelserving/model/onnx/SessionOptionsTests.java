package io.modelserving.model.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import org.junit.jupiter.api.Test;

import io.modelserving.model.ExecutionResources;
import io.modelserving.model.Model;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.onnx.ExecutionProvider.Cpu;
import io.modelserving.model.onnx.OnnxOptions.ExecutionMode;
import io.modelserving.model.onnx.OnnxOptions.GraphOptimization;
import io.modelserving.model.onnx.OnnxOptions.LogSeverity;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of the options of sessions and of how long they live.
 */
class SessionOptionsTests {

	private final List<SessionOptions> seen = new ArrayList<>();

	@Test
	void optionsLiveAsLongAsTheirSession() {
		try (Model model = load(OnnxOptions.defaults(), (session, context) -> this.seen.add(session))) {
			assertThat(this.seen.get(0).getConfigEntries()).isNotEmpty();
			assertThat(model.signature().inputs()).hasSize(1);
		}
		assertThatIllegalStateException().isThrownBy(() -> this.seen.get(0).getConfigEntries());
	}

	@Test
	void whenLoadingFailsThenOptionsAreClosed() {
		assertThatExceptionOfType(ModelLoadException.class)
			.isThrownBy(() -> TestModels.load(TestModels.path("corrupt.onnx"), OnnxOptions.defaults(),
					(session, context) -> this.seen.add(session)));
		assertThatIllegalStateException().isThrownBy(() -> this.seen.get(0).getConfigEntries());
	}

	@Test
	void threadsDoNotSpinUnlessTold() {
		load(OnnxOptions.defaults(),
				(session, context) -> assertThat(session.getConfigEntries())
					.containsEntry("session.intra_op.allow_spinning", "0")
					.containsEntry("session.inter_op.allow_spinning", "0"))
			.close();
		OnnxOptions spinning = new OnnxOptions(List.of(new Cpu()), GraphOptimization.NONE, ExecutionMode.PARALLEL, 2,
				true, false, false, null, Map.of(), LogSeverity.ERROR);
		load(spinning, (session, context) -> assertThat(session.getConfigEntries())
			.containsEntry("session.intra_op.allow_spinning", "1")).close();
	}

	@Test
	void configuredEntriesWinAndCustomizersHaveTheLastWord() {
		OnnxOptions options = OnnxOptions.defaults()
			.withConfigEntries(Map.of("session.intra_op.allow_spinning", "1", "session.set_denormal_as_zero", "1"));
		List<String> order = new ArrayList<>();
		load(options, (session, context) -> {
			order.add("first");
			assertThat(session.getConfigEntries()).containsEntry("session.intra_op.allow_spinning", "1")
				.containsEntry("session.set_denormal_as_zero", "1");
		}, (session, context) -> order.add("second")).close();
		assertThat(order).containsExactly("first", "second");
	}

	@Test
	void customizerIsToldWhatTheSessionIsFor() {
		ExecutionResources resources = new ExecutionResources(2, 0);
		List<OnnxSessionOptionsCustomizer.Context> contexts = new ArrayList<>();
		new OnnxModelLoader(OnnxOptions.defaults(), List.of((session, context) -> contexts.add(context)))
			.load(TestModels.path("affine.onnx"), resources)
			.close();
		assertThat(contexts)
			.containsExactly(new OnnxSessionOptionsCustomizer.Context(TestModels.path("affine.onnx"), resources));
	}

	@Test
	void whenCustomizerFixesADimensionThenTheSignatureShowsIt() {
		try (Model model = load(OnnxOptions.defaults(),
				(session, context) -> session.setSymbolicDimensionValue("batch", 2))) {
			assertThat(model.signature().inputs().get(0).shape()).isEqualTo(Shape.of(2, 3));
		}
	}

	@Test
	void whenCustomizerFailsThenTheModelIsNotLoaded() {
		assertThatExceptionOfType(ModelLoadException.class)
			.isThrownBy(() -> load(OnnxOptions.defaults(),
					(session, context) -> session.registerCustomOpLibrary("/nowhere/libnone.so")))
			.withMessageContaining("libnone.so")
			.withCauseInstanceOf(OrtException.class);
	}

	@Test
	void everyOptionLeadsToASessionThatRuns() {
		for (GraphOptimization optimization : GraphOptimization.values()) {
			for (ExecutionMode mode : ExecutionMode.values()) {
				OnnxOptions options = new OnnxOptions(List.of(new Cpu()), optimization, mode, 2, true, false, false,
						null, Map.of(), LogSeverity.FATAL);
				try (Model model = load(options)) {
					assertThat(TestModels.run(model, NamedTensors.of("x", Tensor.of(Shape.of(1, 3), 1f, 2, 3)))
						.numeric("y")
						.toFloats()).containsExactly(22.5f, 27.5f);
				}
			}
		}
	}

	private static Model load(OnnxOptions options, OnnxSessionOptionsCustomizer... customizers) {
		return TestModels.load(TestModels.path("affine.onnx"), options, customizers);
	}

}
