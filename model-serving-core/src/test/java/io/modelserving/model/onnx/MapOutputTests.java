package io.modelserving.model.onnx;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.Model;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

class MapOutputTests {

	private final MapOutput output = new MapOutput(TensorSpec.of("p", DataType.FP64, Shape.of(-1, -1)),
			TensorSpec.of("p.keys", DataType.BYTES, Shape.of(-1, -1)), List.of());

	@Test
	void whenKeysHaveCharactersThatTheJavaApiReadsWrongThenTheyAreThoseOfTheModel() {
		try (Model model = TestModels.load("emoji_map.onnx")) {
			NamedTensors outputs = TestModels.run(model,
					NamedTensors.of("x", Tensor.of(Shape.of(2, 6), 0f, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)));
			assertThat(outputs.strings("p.keys").elements()).containsExactly("a", "plain", "z", "ð", "😀", "😁", "a",
					"plain", "z", "ð", "😀", "😁");
			assertThat(outputs.numeric("p").toFloats()).containsExactly(2, 1, 4, 5, 3, 0, 8, 7, 10, 11, 9, 6);
		}
	}

	@Test
	void signatureHasValuesAndKeys() {
		try (Model model = TestModels.load("sequence_map.onnx")) {
			assertThat(model.signature().outputs()).containsExactly(
					new TensorSpec("label", DataType.INT64, Shape.of(-1), List.of("batch")),
					TensorSpec.of("probabilities", DataType.FP32, Shape.of(-1, -1)),
					TensorSpec.of("probabilities.keys", DataType.INT64, Shape.of(-1, -1)));
			assertThat(model.signature().allowsBatches()).isTrue();
		}
	}

	@Test
	void rowsOfMapsWithNumbersAsKeysBecomeTensors() {
		try (Model model = TestModels.load("sequence_map.onnx")) {
			NamedTensors outputs = run(model, 2);
			assertThat(outputs.names()).containsExactly("label", "probabilities", "probabilities.keys");
			assertThat(outputs.numeric("probabilities").shape()).isEqualTo(Shape.of(2, 3));
			assertThat(outputs.numeric("probabilities").toFloats())
				.containsExactly(new float[] { 0.090f, 0.245f, 0.665f, 0.090f, 0.245f, 0.665f }, within(0.001f));
			assertThat(outputs.numeric("probabilities.keys").toLongs()).containsExactly(0, 1, 2, 0, 1, 2);
		}
	}

	@Test
	void rowsOfMapsWithTextAsKeysBecomeTensors() {
		try (Model model = TestModels.load("sequence_map_string.onnx")) {
			NamedTensors outputs = run(model, 1);
			assertThat(outputs.strings("probabilities.keys").elements()).containsExactly("blue", "green", "red");
			assertThat(outputs.numeric("probabilities").toFloats())
				.containsExactly(new float[] { 0.665f, 0.245f, 0.090f }, within(0.001f));
		}
	}

	@Test
	void whenThereAreNoRowsThenTensorsAreEmpty() {
		try (Model model = TestModels.load("sequence_map.onnx")) {
			assertThat(run(model, 0).numeric("probabilities").shape()).isEqualTo(Shape.of(0, 0));
		}
	}

	@Test
	void whenRowsDifferInSizeThenTheRunFails() {
		assertThatExceptionOfType(ExecutionFailed.class)
			.isThrownBy(
					() -> this.output.put(List.of(Map.of("a", 1.0), Map.of("a", 1.0, "b", 2.0)), new LinkedHashMap<>()))
			.withMessage("output \"p\": row 1 has 2 keys where row 0 has 1, so the rows make no tensor");
	}

	@Test
	void whenRowsDifferInKeysThenEachRowHasItsOwn() {
		Map<String, Tensor> tensors = new LinkedHashMap<>();
		this.output.put(List.of(Map.of("b", 1.0, "a", 2.0), Map.of("c", 3.0, "a", 4.0)), tensors);
		NamedTensors named = NamedTensors.of(tensors);
		assertThat(named.strings("p.keys").elements()).containsExactly("a", "b", "a", "c");
		assertThat(named.numeric("p").toFloats()).containsExactly(2, 1, 4, 3);
	}

	private static NamedTensors run(Model model, int rows) {
		float[] elements = new float[rows * 3];
		for (int i = 0; i < elements.length; i++) {
			elements[i] = i;
		}
		return TestModels.run(model, NamedTensors.of("x", Tensor.of(Shape.of(rows, 3), elements)));
	}

}
