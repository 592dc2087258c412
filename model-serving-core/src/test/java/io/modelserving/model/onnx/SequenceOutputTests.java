package io.modelserving.model.onnx;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.Model;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SequenceOutputTests {

	@Test
	void tensorsOfASequenceAreStacked() {
		try (Model model = TestModels.load("sequence_of_tensors.onnx")) {
			NumericTensor rows = run(model, 2);
			assertThat(rows.shape()).isEqualTo(Shape.of(2, 1, 3));
			assertThat(rows.toFloats()).containsExactly(0, 1, 2, 3, 4, 5);
		}
	}

	@Test
	void stringsAreStacked() {
		StringTensor stacked = (StringTensor) output(DataType.BYTES)
			.stack(List.of(Tensor.of(Shape.of(2), "a", "b"), Tensor.of(Shape.of(2), "c", "d")));
		assertThat(stacked.shape()).isEqualTo(Shape.of(2, 2));
		assertThat(stacked.elements()).containsExactly("a", "b", "c", "d");
	}

	@Test
	void whenSequenceIsEmptyThenSoIsTheTensor() {
		assertThat(output(DataType.FP32).stack(List.of()).shape()).isEqualTo(Shape.of(0));
	}

	@Test
	void whenTensorsDifferInShapeThenTheRunFails() {
		List<Tensor> parts = List.of(Tensor.of(Shape.of(1), 1f), Tensor.of(Shape.of(2), 1f, 2f));
		assertThatExceptionOfType(ExecutionFailed.class).isThrownBy(() -> output(DataType.FP32).stack(parts))
			.withMessageContaining("element 1 of the sequence has the shape [2] where element 0 has [1]");
	}

	private static SequenceOutput output(DataType type) {
		return new SequenceOutput(TensorSpec.of("s", type, Shape.of(-1)), null);
	}

	private static NumericTensor run(Model model, int rows) {
		float[] elements = new float[rows * 3];
		for (int i = 0; i < elements.length; i++) {
			elements[i] = i;
		}
		return TestModels.run(model, NamedTensors.of("x", Tensor.of(Shape.of(rows, 3), elements))).numeric("rows");
	}

}
