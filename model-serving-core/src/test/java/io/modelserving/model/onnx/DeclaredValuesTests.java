package io.modelserving.model.onnx;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Model;
import io.modelserving.model.graph.ElementType;
import io.modelserving.model.graph.ModelBuilder;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of inputs and outputs of which the Java API of the runtime does not say all:
 * those of unknown rank, and those that have a default.
 */
class DeclaredValuesTests {

	@ParameterizedTest
	@MethodSource
	void whenTheRankIsUnknownThenAnyShapeRuns(Shape shape) {
		try (Model model = TestModels.load("unknown-rank.onnx")) {
			assertThat(model.signature().inputs()).containsExactly(TensorSpec.of("x", DataType.FP32, Shape.ANY));
			assertThat(model.signature().outputs()).containsExactly(TensorSpec.of("y", DataType.FP32, Shape.ANY));
			float[] elements = new float[(int) shape.elementCount()];
			for (int i = 0; i < elements.length; i++) {
				elements[i] = i - 1;
			}
			NamedTensors outputs = TestModels.run(model, NamedTensors.of("x", Tensor.of(shape, elements)));
			assertThat(outputs.get("y").shape()).isEqualTo(shape);
			for (int i = 0; i < elements.length; i++) {
				assertThat(outputs.numeric("y").toFloats()[i]).isEqualTo(Math.max(0, elements[i]));
			}
		}
	}

	static List<Shape> whenTheRankIsUnknownThenAnyShapeRuns() {
		return List.of(Shape.of(), Shape.of(4), Shape.of(2, 2), Shape.of(0, 3), Shape.of(1, 2, 1, 2, 1));
	}

	@Test
	void whenTheModelSaysScalarThenItIsOne() {
		try (Model model = TestModels.load("scalar_add.onnx")) {
			assertThat(model.signature().inputs()).allMatch((spec) -> spec.shape().equals(Shape.of()));
			assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> TestModels.run(model,
					NamedTensors.of("a", Tensor.of(Shape.of(1), 1f), "b", Tensor.of(Shape.of(), 1f))));
		}
	}

	@ParameterizedTest
	@MethodSource
	void whenADefaultIsOfHalfPrecisionThenTheModelIsLoadedAllTheSame(Map<String, String> disabled,
			@TempDir Path directory) {
		NumericTensor two = Tensor.of(DataType.FP16, Shape.of(1),
				ByteBuffer.allocate(2).put(new byte[] { 0, 0x40 }).flip());
		Path file = ModelBuilder.model()
			.input("x", ElementType.FLOAT16, "N", 1)
			.input("scale", ElementType.FLOAT16, 1)
			.output("y", ElementType.FLOAT16, "N", 1)
			.initializer("scale", ElementType.FLOAT16, two)
			.node("Mul", "x scale", "y")
			.write(directory.resolve("half.onnx"));
		Tensor x = Tensor.of(DataType.FP16, Shape.of(1, 1), two.data());
		try (Model model = TestModels.load(file, OnnxOptions.defaults().withConfigEntries(disabled))) {
			assertThat(TestModels.run(model, NamedTensors.of("x", x)).numeric("y").toFloats()).containsExactly(4);
		}
	}

	static List<Map<String, String>> whenADefaultIsOfHalfPrecisionThenTheModelIsLoadedAllTheSame() {
		return List.of(Map.of(), Map.of("optimization.disable_specified_optimizers", "MatMulAddFusion"));
	}

	@Test
	void whenAnInputHasADefaultThenItMayBeGiven() {
		try (Model model = TestModels.load("default-input.onnx")) {
			assertThat(model.signature().inputs()).extracting(TensorSpec::name).containsExactly("x");
			assertThat(model.signature().optionalInputs())
				.containsExactly(TensorSpec.of("scale", DataType.FP32, Shape.of(2)));
			Tensor x = Tensor.of(Shape.of(1, 2), 1f, 1f);
			Tensor scale = Tensor.of(Shape.of(2), 10f, 20f);
			for (int i = 0; i < 2; i++) {
				assertThat(TestModels.run(model, NamedTensors.of("x", x)).numeric("y").toFloats()).containsExactly(2,
						3);
				assertThat(TestModels.run(model, NamedTensors.of("scale", scale, "x", x)).numeric("y").toFloats())
					.containsExactly(10, 20);
			}
			assertThatExceptionOfType(InvalidInput.class).isThrownBy(
					() -> TestModels.run(model, NamedTensors.of("x", x, "scale", Tensor.of(Shape.of(3), 1f, 2f, 3f))))
				.withMessage("input \"scale\": shape [3] does not match [2]");
		}
	}

	@Test
	void whenAllInputsHaveDefaultsThenAnyOfThemMayBeGiven() {
		try (Model model = TestModels.load("optional_inputs.onnx")) {
			assertThat(model.signature().inputs()).isEmpty();
			assertThat(model.signature().optionalInputs()).containsExactly(
					new TensorSpec("a", DataType.FP32, Shape.of(-1), List.of("n")),
					TensorSpec.of("k", DataType.INT64, Shape.of()), TensorSpec.of("b", DataType.FP32, Shape.ANY),
					TensorSpec.of("t", DataType.BYTES, Shape.of(1)));
			assertAnswers(model, Map.of(), "default", 3, 5);
			assertAnswers(model, Map.of("a", Tensor.of(Shape.of(3), 1f, 2f, 3f)), "default", 3, 5, 7);
			assertAnswers(model, Map.of("k", Tensor.of(Shape.of(), 4L)), "default", 6, 10);
			assertAnswers(model, Map.of("t", Tensor.of(Shape.of(1), "given")), "given", 3, 5);
			Map<String, Tensor> all = new HashMap<>();
			all.put("k", Tensor.of(Shape.of(), 1L));
			all.put("b", Tensor.of(Shape.of(2, 1), 0f, 10f));
			all.put("t", Tensor.of(Shape.of(1), "all"));
			all.put("a", Tensor.of(Shape.of(1), 1f));
			assertAnswers(model, all, "all", 1, 11);
		}
	}

	private static void assertAnswers(Model model, Map<String, Tensor> inputs, String text, float... expected) {
		NamedTensors outputs = TestModels.run(model, NamedTensors.of(inputs));
		assertThat(outputs.numeric("y").toFloats()).containsExactly(expected);
		assertThat(outputs.strings("u").elements()).containsExactly(text);
	}

	@Test
	void whenTheFormatIsOlderThanDefaultsThenInitializersAreConstants() {
		try (Model model = TestModels.load("old_format.onnx")) {
			assertThat(model.signature().allInputs()).extracting(TensorSpec::name).containsExactly("x");
			assertThat(TestModels.run(model, NamedTensors.of("x", Tensor.of(Shape.of(1, 2), 1f, 1f)))
				.numeric("y")
				.toFloats()).containsExactly(2, 3);
		}
	}

	@Test
	void whenTheFileCannotBeReadAsAGraphThenNothingIsKnown() {
		assertThat(DeclaredValues.read(TestModels.path("not_onnx.txt"))).isEqualTo(DeclaredValues.NONE);
		assertThat(DeclaredValues.read(TestModels.path("affine.onnx").resolveSibling("missing.onnx")))
			.isEqualTo(DeclaredValues.NONE);
	}

}
