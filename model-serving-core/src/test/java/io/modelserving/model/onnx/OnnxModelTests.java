package io.modelserving.model.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import ai.onnxruntime.OrtException;
import org.junit.jupiter.api.Test;

import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Model;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.Workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class OnnxModelTests {

	private static final NamedTensors AFFINE_INPUT = NamedTensors.of("x",
			Tensor.of(Shape.of(2, 3), 1, 2, 3, -1, 0, 0.25f));

	@Test
	void affineModelGivesItsAnswer() {
		try (Model model = TestModels.load("affine.onnx")) {
			NamedTensors outputs = TestModels.run(model, AFFINE_INPUT);
			assertThat(outputs.numeric("y").shape()).isEqualTo(Shape.of(2, 2));
			assertThat(outputs.numeric("y").toFloats()).containsExactly(22.5f, 27.5f, 0.75f, -1);
		}
	}

	@Test
	void whenMemoryIsReleasedThenAnswersStayTheSame() {
		try (Model model = TestModels.load("affine.onnx")) {
			Workspace workspace = new Workspace();
			float[] before = TestModels.run(model, AFFINE_INPUT).numeric("y").toFloats();
			assertThat(model.runAndRelease(AFFINE_INPUT.toDirect(workspace), workspace).numeric("y").toFloats())
				.containsExactly(before);
			assertThat(TestModels.run(model, AFFINE_INPUT).numeric("y").toFloats()).containsExactly(before);
		}
	}

	@Test
	void scalarsGoInAndOut() {
		try (Model model = TestModels.load("scalar_add.onnx")) {
			NamedTensors outputs = TestModels.run(model,
					NamedTensors.of("a", Tensor.of(Shape.of(), 1.5f), "b", Tensor.of(Shape.of(), 2f)));
			assertThat(outputs.numeric("c").shape()).isEqualTo(Shape.of());
			assertThat(outputs.numeric("c").toFloats()).containsExactly(3.5f);
		}
	}

	@Test
	void inputsOfDifferentTypesGoTogether() {
		try (Model model = TestModels.load("two_inputs.onnx")) {
			NamedTensors outputs = TestModels.run(model, NamedTensors.of("b", Tensor.of(Shape.of(2, 1), 10L, 20L), "a",
					Tensor.of(Shape.of(2, 2), 1f, 2f, 3f, 4f)));
			assertThat(outputs.numeric("sum").toFloats()).containsExactly(11, 12, 23, 24);
		}
	}

	@Test
	void shapeThatDependsOnTheValuesComesBack() {
		try (Model model = TestModels.load("dynamic_output.onnx")) {
			NamedTensors outputs = TestModels.run(model,
					NamedTensors.of("x", Tensor.of(Shape.of(2, 2), 0f, 1f, 1f, 0f)));
			assertThat(outputs.numeric("positions").shape()).isEqualTo(Shape.of(2, 2));
			assertThat(outputs.numeric("positions").toLongs()).containsExactly(0, 1, 1, 0);
			outputs = TestModels.run(model, NamedTensors.of("x", Tensor.of(Shape.of(1, 2), 0f, 0f)));
			assertThat(outputs.numeric("positions").shape()).isEqualTo(Shape.of(0, 2));
		}
	}

	@Test
	void outputsOutliveTheirInputsTheWorkspaceAndTheModel() {
		ByteBuffer input = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder()).putFloat(1).flip();
		Workspace workspace = new Workspace();
		NumericTensor first;
		try (Model model = TestModels.loadIdentity(DataType.FP32)) {
			first = model.run(NamedTensors.of("x", Tensor.of(DataType.FP32, Shape.of(1, 1), input)), workspace)
				.numeric("y");
			input.putFloat(0, 2);
			model.run(NamedTensors.of("x", Tensor.of(Shape.of(1, 1), 3f)), workspace);
		}
		assertThat(first.toFloats()).containsExactly(1);
	}

	@Test
	void whenInputIsMissingThenIsRejectedBeforeTheRun() {
		try (Model model = TestModels.load("two_inputs.onnx")) {
			assertThatExceptionOfType(InvalidInput.class)
				.isThrownBy(() -> TestModels.run(model, NamedTensors.of("a", Tensor.of(Shape.of(1, 2), 1f, 2f))))
				.withMessageContaining("missing input \"b\"");
		}
	}

	@Test
	void whenRunFailsThenMessageIsForCallersAndTheNextRunWorks() {
		try (Model model = TestModels.load("data_dependent_failure.onnx")) {
			NamedTensors bad = NamedTensors.of("idx", Tensor.of(Shape.of(2, 1), 1L, 99L));
			assertThatExceptionOfType(ExecutionFailed.class).isThrownBy(() -> TestModels.run(model, bad))
				.withMessage("the runtime failed to run the model (ORT_INVALID_ARGUMENT)")
				.withCauseInstanceOf(OrtException.class);
			NamedTensors good = NamedTensors.of("idx", Tensor.of(Shape.of(2, 1), 1L, 4L));
			assertThat(TestModels.run(model, good).numeric("y").toFloats()).containsExactly(20, 50);
		}
	}

	@Test
	void whenClosedThenRunsAreRejectedAndClosingAgainDoesNothing() {
		Model model = TestModels.load("affine.onnx");
		model.close();
		model.close();
		assertThatIllegalStateException().isThrownBy(() -> TestModels.run(model, AFFINE_INPUT))
			.withMessage("the model is closed");
		assertThat(model.signature().outputNames()).containsExactly("y");
		assertThat(model.metadata().producer()).isEqualTo("make_models");
	}

	@Test
	void metadataIsWhatTheFileSays() {
		try (Model model = TestModels.load("affine.onnx")) {
			assertThat(model.metadata().platform()).isEqualTo("onnx_onnxv1");
			assertThat(model.metadata().description()).isEqualTo("y = x W + b with known small constants");
			assertThat(model.metadata().properties()).containsEntry("author", "Model Serving")
				.containsEntry("license", "Apache-2.0")
				.containsEntry("model-version", "1")
				.containsEntry("runtime", "ONNX Runtime 1.28.0")
				.containsEntry("execution-providers", "cpu");
		}
	}

	@Test
	void sameWorkspaceServesRunsOfAnySize() {
		Workspace workspace = new Workspace();
		try (Model model = TestModels.loadIdentity(DataType.FP32)) {
			for (int rows : new int[] { 1, 100, 0, 3, 100_000, 2 }) {
				float[] elements = new float[rows * 4];
				for (int i = 0; i < elements.length; i++) {
					elements[i] = rows + i;
				}
				NamedTensors outputs = model.run(NamedTensors.of("x", Tensor.of(Shape.of(rows, 4), elements)),
						workspace);
				assertThat(outputs.numeric("y").toFloats()).isEqualTo(elements);
			}
		}
	}

}
