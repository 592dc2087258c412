package io.modelserving.model.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.modelserving.model.Model;
import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;
import io.modelserving.tensor.Workspace;

import static org.assertj.core.api.Assertions.assertThat;

class PreallocatedOutputsTests {

	private static final TensorSpec INPUT = spec("x", Shape.of(-1, 3), "batch", "");

	@TempDir
	Path directory;

	@Test
	void whenSymbolsAreKnownThenShapeIsPredicted() {
		PreallocatedOutputs pins = pins(spec("y", Shape.of(-1, 2), "batch", ""));
		assertThat(pins.predict(rows(5))).isEqualTo(Map.of("y", Shape.of(5, 2)));
	}

	@Test
	void whenSymbolIsUnknownThenShapeIsNotPredicted() {
		assertThat(pins(spec("y", Shape.of(-1, 2), "found", "")).predict(rows(5))).isEmpty();
		assertThat(pins(spec("y", Shape.of(-1, 2), "", "")).predict(rows(5))).isEmpty();
	}

	@Test
	void whenOutputIsEmptyOrLargeOrStringsThenIsNotPredicted() {
		assertThat(pins(spec("y", Shape.of(-1, 2), "batch", "")).predict(rows(0))).isEmpty();
		assertThat(pins(spec("y", Shape.of(-1, 1 << 18), "batch", "")).predict(rows(2))).isEmpty();
		assertThat(pins(spec("y", Shape.of(1L << 32, 1L << 32), "", "")).predict(rows(2))).isEmpty();
		assertThat(pins(new TensorSpec("y", DataType.BYTES, Shape.of(-1), List.of("batch"))).predict(rows(2)))
			.isEmpty();
	}

	@Test
	void whenPredictionWasWrongThenThatOutputIsNotPredictedAgain() {
		PreallocatedOutputs pins = pins(spec("y", Shape.of(-1), "batch"), spec("z", Shape.of(-1), "batch"));
		pins.learn(pins.predict(rows(2)),
				NamedTensors.of("y", Tensor.of(Shape.of(2), 1f, 2f), "z", Tensor.of(Shape.of(1), 1f)));
		assertThat(pins.predict(rows(2))).containsOnlyKeys("y");
	}

	@Test
	void whenModelLiesAboutItsShapeThenItsAnswersAreRightAllTheSame() throws IOException {
		Workspace workspace = new Workspace();
		try (Model model = TestModels.load(TinyModel.thatLiesAboutItsShape(this.directory), OnnxOptions.defaults())) {
			for (int i = 0; i < 3; i++) {
				NamedTensors outputs = model.run(NamedTensors.of("x", Tensor.of(Shape.of(2), i, 7f)), workspace);
				assertThat(outputs.numeric("y").toFloats()).containsExactly(i, 7, i, 7);
			}
		}
	}

	@Test
	void whenModelTellsTheTruthAtFirstAndLiesLaterThenItsAnswersAreRightAllTheSame() throws IOException {
		try (Model model = TestModels.load(TinyModel.thatDropsZeros(this.directory), OnnxOptions.defaults())) {
			assertThat(run(model, 1, 2)).containsExactly(1, 2);
			assertThat(run(model, 1, 0)).containsExactly(1);
			assertThat(run(model, 0, 0)).isEmpty();
			assertThat(run(model, 3, 4)).containsExactly(3, 4);
		}
	}

	@Test
	void answersDoNotDependOnTheNumberOfRowsBefore() {
		Random random = new Random(11);
		Workspace workspace = new Workspace();
		try (Model model = TestModels.load("affine.onnx")) {
			for (int i = 0; i < 200; i++) {
				int rows = random.nextInt(20);
				float[] x = new float[rows * 3];
				float[] y = new float[rows * 2];
				for (int row = 0; row < rows; row++) {
					for (int column = 0; column < 3; column++) {
						x[row * 3 + column] = random.nextInt(100);
					}
					y[row * 2] = x[row * 3] + 3 * x[row * 3 + 1] + 5 * x[row * 3 + 2] + 0.5f;
					y[row * 2 + 1] = 2 * x[row * 3] + 4 * x[row * 3 + 1] + 6 * x[row * 3 + 2] - 0.5f;
				}
				assertThat(model.run(NamedTensors.of("x", Tensor.of(Shape.of(rows, 3), x)), workspace)
					.numeric("y")
					.toFloats()).isEqualTo(y);
			}
		}
	}

	@Test
	void whenShapeIsFixedThenAnswersAreRight() {
		try (Model model = TestModels.load("fixed_shape.onnx")) {
			NamedTensors outputs = TestModels.run(model,
					NamedTensors.of("x", Tensor.of(Shape.of(2, 3), 1f, 2, 3, 4, 5, 6)));
			assertThat(outputs.numeric("y").toFloats()).containsExactly(2, 4, 6, 8, 10, 12);
		}
	}

	private static float[] run(Model model, float... x) {
		return TestModels.run(model, NamedTensors.of("x", Tensor.of(Shape.of(x.length), x))).numeric("y").toFloats();
	}

	private static PreallocatedOutputs pins(TensorSpec... outputs) {
		return new PreallocatedOutputs(new ModelSignature(List.of(INPUT), List.of(outputs)), List.of(outputs));
	}

	private static TensorSpec spec(String name, Shape shape, String... dimensionNames) {
		return new TensorSpec(name, DataType.FP32, shape, List.of(dimensionNames));
	}

	private static NamedTensors rows(int rows) {
		return NamedTensors.of("x", Tensor.of(Shape.of(rows, 3), new float[rows * 3]));
	}

}
