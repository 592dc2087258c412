package io.modelserving.model.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import ai.onnxruntime.OnnxTensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.Workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class OnnxTensorsTests {

	private final OnnxTensors tensors = new OnnxTensors(OnnxEnvironment.get());

	private final Workspace workspace = new Workspace();

	@Test
	void whenMemoryIsDirectThenIsShared() throws Exception {
		ByteBuffer memory = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
		NumericTensor tensor = Tensor.of(DataType.FP32, Shape.of(2), memory.duplicate());
		try (NativeTensors created = new NativeTensors()) {
			this.tensors.input("x", tensor, this.workspace, created);
			OnnxTensor input = created.asMap().get("x");
			memory.putFloat(4, 5);
			assertThat(input.getFloatBuffer().get(1)).isEqualTo(5);
			assertThat(input.ownsBuffer()).isFalse();
		}
	}

	@Test
	void whenMemoryIsOnTheHeapThenIsCopiedToTheWorkspaceBesideTheInputsOfTheSameName() throws Exception {
		ByteBuffer others = this.workspace.buffer("x", 8).putFloat(0, 7);
		try (NativeTensors created = new NativeTensors()) {
			this.tensors.input("x", Tensor.of(Shape.of(2), 1f, 2f), this.workspace, created);
			OnnxTensor input = created.asMap().get("x");
			assertThat(input.getFloatBuffer().array()).containsExactly(1, 2);
			assertThat(input.ownsBuffer()).isFalse();
			assertThat(others.getFloat(0)).isEqualTo(7);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "UINT16", "UINT32", "UINT64" })
	void whenRuntimeCannotTakeUnsignedTensorsThenInputIsRejected(DataType type) {
		OnnxTensors limited = new OnnxTensors(
				new OnnxEnvironment(OnnxEnvironment.get().environment(), null, null, true));
		Tensor tensor = Tensor.of(type, Shape.of(1), ByteBuffer.allocateDirect(type.elementBytes()));
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> limited.input("x", tensor, this.workspace, new NativeTensors()))
			.withMessage("input \"x\": tensors of %s cannot be given to ONNX Runtime 1.28.0 from Java;".formatted(type)
					+ " the model would have to take INT64 and cast it itself");
	}

}
