package io.modelserving.model.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import io.modelserving.model.Model;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that tensors of every element type go through a model bit by bit.
 */
class ElementTypeTests {

	@ParameterizedTest
	@EnumSource(names = "BYTES", mode = Mode.EXCLUDE)
	void whenOnTheHeapThenComesBackBitByBit(DataType type) {
		assertComesBack(type,
				Tensor.of(type, Shape.of(3, 4), random(type, ByteBuffer.allocate(12 * type.elementBytes()))));
	}

	@ParameterizedTest
	@EnumSource(names = "BYTES", mode = Mode.EXCLUDE)
	void whenOffTheHeapThenComesBackBitByBit(DataType type) {
		assertComesBack(type,
				Tensor.of(type, Shape.of(3, 4), random(type, ByteBuffer.allocateDirect(12 * type.elementBytes()))));
	}

	@ParameterizedTest
	@EnumSource(names = "BYTES", mode = Mode.EXCLUDE)
	void whenSlicedThenOnlyItsRowsComeBack(DataType type) {
		for (boolean direct : new boolean[] { true, false }) {
			int bytes = 12 * type.elementBytes();
			ByteBuffer data = random(type, direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes));
			assertComesBack(type, Tensor.of(type, Shape.of(3, 4), data).slice(1, 2));
		}
	}

	@ParameterizedTest
	@EnumSource(names = "BYTES", mode = Mode.EXCLUDE)
	void whenEmptyThenComesBackEmpty(DataType type) {
		assertComesBack(type, Tensor.of(type, Shape.of(0, 4), ByteBuffer.allocate(0)));
		assertComesBack(type, Tensor.of(type, Shape.of(3, 0), ByteBuffer.allocateDirect(0)));
	}

	@ParameterizedTest
	@EnumSource
	void signatureHasTheTypeOfTheModel(DataType type) {
		try (Model model = TestModels.loadIdentity(type)) {
			assertThat(model.signature().inputs().get(0).dataType()).isEqualTo(type);
			assertThat(model.signature().outputs().get(0).dataType()).isEqualTo(type);
			assertThat(model.signature().inputs().get(0).shape()).isEqualTo(Shape.of(-1, -1));
			assertThat(model.signature().inputs().get(0).dimensionNames()).containsExactly("batch", "n");
		}
	}

	@Test
	void whenBufferSaysBigEndianThenItsBytesStillCountAsNative() {
		ByteBuffer data = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder()).putFloat(1).flip();
		NumericTensor tensor = Tensor.of(DataType.FP32, Shape.of(1, 1), data.order(ByteOrder.BIG_ENDIAN));
		try (Model model = TestModels.loadIdentity(DataType.FP32)) {
			NamedTensors outputs = TestModels.run(model, NamedTensors.of("x", tensor));
			assertThat(outputs.numeric("y").toFloats()).containsExactly(1);
		}
	}

	private static void assertComesBack(DataType type, Tensor tensor) {
		try (Model model = TestModels.loadIdentity(type)) {
			NumericTensor output = TestModels.run(model, NamedTensors.of("x", tensor)).numeric("y");
			assertThat(output.dataType()).isEqualTo(type);
			assertThat(output.shape()).isEqualTo(tensor.shape());
			assertThat(output.data()).isEqualTo(((NumericTensor) tensor).data());
		}
	}

	private static ByteBuffer random(DataType type, ByteBuffer buffer) {
		byte[] bytes = new byte[buffer.remaining()];
		new Random(7).nextBytes(bytes);
		for (int i = 0; type == DataType.BOOL && i < bytes.length; i++) {
			bytes[i] &= 1;
		}
		return buffer.put(bytes).flip();
	}

}
