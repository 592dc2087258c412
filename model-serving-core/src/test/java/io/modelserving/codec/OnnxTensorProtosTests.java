package io.modelserving.codec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import io.modelserving.codec.OnnxTensorProtos.NamedTensor;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link OnnxTensorProtos}.
 */
class OnnxTensorProtosTests {

	@Test
	void whenOnnxWroteTheFileThenItIsRead() throws IOException {
		try (InputStream file = getClass().getResourceAsStream("/models/affine_input.pb")) {
			NamedTensor read = OnnxTensorProtos.read(file.readAllBytes());
			assertThat(read.name()).isEqualTo("x");
			assertThat(read.tensor()).hasToString("FP32[2, 3]");
			assertThat(Tensors.floats(read.tensor())).containsExactly(1f, 2f, 3f, -1f, 0f, 0.25f);
		}
	}

	@ParameterizedTest
	@MethodSource("types")
	void whenElementsAreRawThenTheyAreRead(int number, DataType type, int field, List<Object> elements) {
		byte[] file = tensor(number).bytes(9, NpyTensorsTests.bytes(elements, ByteOrder.LITTLE_ENDIAN)).toByteArray();
		assertRead(file, type, elements);
	}

	@ParameterizedTest
	@MethodSource("types")
	void whenElementsAreInTheFieldOfTheirTypeThenTheyAreRead(int number, DataType type, int field,
			List<Object> elements) {
		ProtobufWriter single = tensor(number);
		ProtobufWriter numbers = new ProtobufWriter();
		for (Object element : elements) {
			if (element instanceof Float value) {
				single.float32(field, value);
				numbers.raw(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
			}
			else if (element instanceof Double value) {
				single.float64(field, value);
				numbers.raw(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(value).array());
			}
			else {
				single.varint(field, ((Number) element).longValue());
				numbers.varint(((Number) element).longValue());
			}
		}
		assertRead(single.toByteArray(), type, elements);
		assertRead(tensor(number).bytes(field, numbers.toByteArray()).toByteArray(), type, elements);
	}

	static Stream<Arguments> types() {
		return Stream.of(Arguments.of(1, DataType.FP32, 4, List.of(1.5f, -2f)),
				Arguments.of(2, DataType.UINT8, 5, List.of((byte) 1, (byte) 0xff)),
				Arguments.of(3, DataType.INT8, 5, List.of((byte) 1, (byte) -2)),
				Arguments.of(4, DataType.UINT16, 5, List.of((short) 1, (short) 0xfffe)),
				Arguments.of(5, DataType.INT16, 5, List.of((short) 1, (short) -2)),
				Arguments.of(6, DataType.INT32, 5, List.of(1, Integer.MIN_VALUE)),
				Arguments.of(7, DataType.INT64, 7, List.of(1L, Long.MIN_VALUE)),
				Arguments.of(9, DataType.BOOL, 5, List.of((byte) 1, (byte) 0)),
				Arguments.of(10, DataType.FP16, 5, List.of((short) 0x3c00, (short) 0xc000)),
				Arguments.of(11, DataType.FP64, 10, List.of(1.5, -2.0)),
				Arguments.of(12, DataType.UINT32, 11, List.of(1, 0xfffffffe)),
				Arguments.of(13, DataType.UINT64, 11, List.of(1L, -2L)),
				Arguments.of(16, DataType.BF16, 5, List.of((short) 0x3f80, (short) 0xc000)));
	}

	@Test
	void whenElementsAreStringsThenTheyAreRead() {
		byte[] file = tensor(8).text(6, "grün").text(6, "").toByteArray();
		assertRead(file, DataType.BYTES, List.of("grün", ""));
	}

	@Test
	void whenDimensionsAreMissingThenTheTensorIsAScalar() {
		byte[] file = new ProtobufWriter().varint(2, 7).packed(7, 5).toByteArray();
		assertThat(OnnxTensorProtos.read(file).tensor()).hasToString("INT64[]");
	}

	@Test
	void whenADimensionIsZeroThenTheTensorIsEmpty() {
		byte[] file = new ProtobufWriter().packed(1, 0, 3).varint(2, 1).toByteArray();
		assertThat(OnnxTensorProtos.read(file).tensor()).hasToString("FP32[0, 3]");
	}

	@Test
	void whenFieldsAreUnknownThenTheyAreSkipped() {
		byte[] file = tensor(7).text(12, "doc")
			.varint(99, 1)
			.float32(98, 1)
			.float64(97, 1)
			.packed(7, 5, 6)
			.text(8, "x")
			.toByteArray();
		NamedTensor read = OnnxTensorProtos.read(file);
		assertThat(read.name()).isEqualTo("x");
		assertThat(Tensors.longs(read.tensor())).containsExactly(5, 6);
	}

	@Test
	void whenElementsDoNotFitThenTheMessageSaysSo() {
		assertRefused(tensor(1).bytes(9, new byte[12]),
				"the ONNX tensor has 3 elements, which is not what shape [2] takes");
		assertRefused(tensor(1).bytes(9, new byte[9]), "the ONNX tensor has 9 bytes, which are no elements of FP32");
		assertRefused(tensor(8).text(6, "a"), "the ONNX tensor has 1 elements, which is not what shape [2] takes");
		assertRefused(tensor(7).packed(5, 1, 2),
				"the ONNX tensor has elements of INT64 in field 5; they belong in field 7");
		assertRefused(tensor(14), "the ONNX tensor has elements of type 14, which is none of [BOOL, UINT8");
		assertRefused(tensor(1).bytes(13, new byte[0]), "the ONNX tensor has its elements in another file");
		assertRefused(new ProtobufWriter().packed(1, -1).varint(2, 1), "the ONNX tensor has the dimensions [-1]");
		assertRefused(new ProtobufWriter().packed(1, Long.MAX_VALUE, 3).varint(2, 1),
				"the ONNX tensor has 0 elements, which is not what shape [9223372036854775807, 3] takes");
	}

	@ParameterizedTest
	@ValueSource(strings = { "no protobuf at all", "\b", "", "z" })
	void whenTheFileIsSomethingElseThenItIsRefused(String content) {
		assertRefused(new ProtobufWriter().raw(content.getBytes()), "");
	}

	@Test
	void whenTheFileIsCutShortThenItIsRefused() {
		byte[] whole = tensor(1).bytes(9, new byte[8]).toByteArray();
		for (int length = 0; length < whole.length; length++) {
			assertRefused(new ProtobufWriter().raw(Arrays.copyOf(whole, length)), "");
		}
	}

	@Test
	void whenALengthIsBeyondTheFileThenNothingIsAllocatedForIt() {
		assertRefused(tensor(1).varint(9 << 3 | 2).varint(Integer.MAX_VALUE),
				"broken protobuf: it ends inside of field 9");
		assertRefused(tensor(1).varint(9 << 3 | 2).varint(-1), "broken protobuf: it ends inside of field 9");
	}

	private static ProtobufWriter tensor(int dataType) {
		return new ProtobufWriter().varint(1, 2).varint(2, dataType);
	}

	private static void assertRead(byte[] file, DataType type, List<Object> elements) {
		NamedTensor read = OnnxTensorProtos.read(file);
		assertThat(read.name()).isEmpty();
		assertThat(read.tensor().dataType()).isEqualTo(type);
		assertThat(read.tensor().shape()).isEqualTo(Shape.of(2));
		assertThat(Tensors.elements(read.tensor())).isEqualTo(elements);
	}

	private static void assertRefused(ProtobufWriter file, String message) {
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> OnnxTensorProtos.read(file.toByteArray()))
			.withMessageStartingWith(message);
	}

}
