package io.modelserving.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link NpyTensors}.
 */
class NpyTensorsTests {

	@Test
	void whenNumpyWroteTheFileThenItIsRead() throws IOException {
		try (InputStream file = getClass().getResourceAsStream("/models/affine_input.npy")) {
			Tensor tensor = NpyTensors.read(file.readAllBytes());
			assertThat(tensor).hasToString("FP32[2, 3]");
			assertThat(Tensors.floats(tensor)).containsExactly(1f, 2f, 3f, -1f, 0f, 0.25f);
		}
	}

	@Test
	void fileIsWrittenAsNumpyWritesIt() throws IOException {
		try (InputStream file = getClass().getResourceAsStream("/models/affine_input.npy")) {
			byte[] original = file.readAllBytes();
			assertThat(written((NumericTensor) NpyTensors.read(original))).isEqualTo(original);
		}
	}

	private static byte[] written(NumericTensor tensor) throws IOException {
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		NpyTensors.write(tensor, target);
		return target.toByteArray();
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = { "BF16", "BYTES" })
	void whatIsWrittenIsReadAgain(DataType type) throws IOException {
		for (Shape shape : List.of(Shape.of(), Shape.of(3), Shape.of(0), Shape.of(2, 1, 4))) {
			int bytes = (int) shape.elementCount() * type.elementBytes();
			ByteBuffer data = ByteBuffer.allocate(bytes);
			for (int i = 0; i < bytes; i++) {
				data.put(i, (byte) (i % 2));
			}
			NumericTensor tensor = Tensor.of(type, shape, data);
			byte[] file = written(tensor);
			assertThat((file.length - bytes) % 64).isZero();
			Tensor read = NpyTensors.read(file);
			assertThat(read).hasToString(tensor.toString());
			assertThat(((NumericTensor) read).data()).isEqualTo(tensor.data());
		}
	}

	@Test
	void whenNumpyHasNoSuchTypeThenNothingIsWritten() {
		NumericTensor tensor = Tensor.of(DataType.BF16, Shape.of(1), ByteBuffer.allocate(2));
		assertThatIllegalArgumentException().isThrownBy(() -> written(tensor)).withMessageContaining("BF16");
	}

	@ParameterizedTest
	@MethodSource("types")
	void whenElementsAreOfAKnownTypeThenBothByteOrdersAreRead(String code, DataType type, List<Object> elements) {
		for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
			String mark = (type.elementBytes() == 1) ? "|" : (order == ByteOrder.BIG_ENDIAN) ? ">" : "<";
			byte[] file = file(1, mark + code, "(2,)", bytes(elements, order));
			Tensor tensor = NpyTensors.read(file);
			assertThat(tensor.dataType()).isEqualTo(type);
			assertThat(tensor.shape()).isEqualTo(Shape.of(2));
			assertThat(Tensors.elements(tensor)).isEqualTo(elements);
		}
	}

	static Stream<Arguments> types() {
		return Stream.of(Arguments.of("b1", DataType.BOOL, List.of((byte) 1, (byte) 0)),
				Arguments.of("u1", DataType.UINT8, List.of((byte) 1, (byte) 0xff)),
				Arguments.of("u2", DataType.UINT16, List.of((short) 1, (short) 0xfffe)),
				Arguments.of("u4", DataType.UINT32, List.of(1, 0xfffffffe)),
				Arguments.of("u8", DataType.UINT64, List.of(1L, -2L)),
				Arguments.of("i1", DataType.INT8, List.of((byte) 1, (byte) -2)),
				Arguments.of("i2", DataType.INT16, List.of((short) 1, (short) -2)),
				Arguments.of("i4", DataType.INT32, List.of(1, -2)),
				Arguments.of("i8", DataType.INT64, List.of(1L, -2L)),
				Arguments.of("f2", DataType.FP16, List.of((short) 0x3c00, (short) 0xc000)),
				Arguments.of("f4", DataType.FP32, List.of(1.5f, -2f)),
				Arguments.of("f8", DataType.FP64, List.of(1.5, -2.0)));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3 })
	void whenTheVersionIsKnownThenTheFileIsRead(int version) {
		Tensor tensor = NpyTensors.read(file(version, "<i4", "(1, 2)", bytes(List.of(3, 4), ByteOrder.LITTLE_ENDIAN)));
		assertThat(tensor).hasToString("INT32[1, 2]");
		assertThat(Tensors.longs(tensor)).containsExactly(3, 4);
	}

	@Test
	void whenTheShapeIsEmptyThenTheTensorIsAScalar() {
		Tensor tensor = NpyTensors.read(file(1, "<i8", "()", bytes(List.of(3L), ByteOrder.LITTLE_ENDIAN)));
		assertThat(tensor).hasToString("INT64[]");
	}

	@Test
	void whenADimensionIsZeroThenTheTensorIsEmpty() {
		assertThat(NpyTensors.read(file(1, "<f4", "(0, 3)", new byte[0]))).hasToString("FP32[0, 3]");
		assertThat(NpyTensors.read(file(1, "<U0", "(0,)", new byte[0]))).hasToString("BYTES[0]");
	}

	@Test
	void whenElementsAreTextThenThePaddingIsCutOff() {
		ByteBuffer unicode = ByteBuffer.allocate(2 * 3 * 4).order(ByteOrder.BIG_ENDIAN);
		"a🌲".codePoints().forEach(unicode::putInt);
		unicode.putInt(0).putInt('ü');
		assertThat(Tensors.elements(NpyTensors.read(file(1, ">U3", "(2,)", unicode.array()))))
			.isEqualTo(List.of("a🌲", "ü"));
		byte[] bytes = "ab\0c\0\0".getBytes(StandardCharsets.UTF_8);
		assertThat(Tensors.elements(NpyTensors.read(file(1, "|S3", "(2,)", bytes)))).isEqualTo(List.of("ab", "c"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
			"<c8 | (1,) | the .npy file has elements of type c8; save it as one of bool,",
			"<V2 | (1,) | the .npy file has elements of type V2; save it as one of bool,",
			"<f4 | (3,) | the .npy file has 8 bytes of elements, which is not what the shape [3] of 4 bytes each takes",
			"<f4 | (1,) | the .npy file has 8 bytes of elements, which is not what the shape [1] of 4 bytes each takes",
			"<U0 | (9,) | the .npy file has 8 bytes of elements, which is not what the shape [9] of 0 bytes each takes",
			"<U9999999999 | (1,) | the header of the .npy file has not one element type",
			"<U999999999 | (1,) | the .npy file has 8 bytes of elements",
			"<f4 | (4294967296, 4294967296) | the .npy file has 8 bytes of elements, which is not what the shape [4294967296, 4294967296]",
			"<f4 | (99999999999999999999,) | the .npy file has the shape (99999999999999999999,), which is out of range",
			"<f4 | (-1,) | the header of the .npy file has not a 'shape'" })
	void whenTheFileDoesNotFitItsHeaderThenTheMessageSaysSo(String type, String shape, String message) {
		assertRejected(file(1, type, shape, new byte[8]), message);
	}

	@Test
	void whenTheFileIsInFortranOrderThenTheMessageSaysHowToSaveIt() {
		assertRejected(file("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 2), }"),
				"the .npy file is in Fortran order; save numpy.ascontiguousarray(x), which is row-major");
	}

	@Test
	void whenElementsAreRecordsThenTheyAreRejected() {
		assertRejected(file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }"),
				"the header of the .npy file has not one element type such as '<f4'");
	}

	@Test
	void whenTheFileIsSomethingElseThenItIsRejected() {
		assertRejected(new byte[0], "no .npy file: it does not begin with \\x93NUMPY");
		assertRejected("{\"inputs\": []}".getBytes(StandardCharsets.UTF_8), "no .npy file");
		assertRejected(file(9, "<f4", "(1,)", new byte[4]), "the .npy file is of version 9; versions 1 to 3 are known");
	}

	@Test
	void whenTheFileIsCutShortThenItIsRejected() {
		byte[] whole = file(2, "<f4", "(1,)", new byte[4]);
		for (int length = 0; length < whole.length; length++) {
			assertRejected(Arrays.copyOf(whole, length), "");
		}
	}

	private static void assertRejected(byte[] file, String message) {
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> NpyTensors.read(file))
			.withMessageStartingWith(message);
	}

	private static byte[] file(String header) {
		return file(1, header, new byte[8]);
	}

	static byte[] file(int version, String type, String shape, byte[] data) {
		return file(version, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n".formatted(type, shape), data);
	}

	private static byte[] file(int version, String header, byte[] data) {
		byte[] text = header.getBytes(StandardCharsets.US_ASCII);
		ByteBuffer file = ByteBuffer.allocate(12 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
		file.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) version).put((byte) 0);
		if (version == 1) {
			file.putShort((short) text.length);
		}
		else {
			file.putInt(text.length);
		}
		file.put(text).put(data);
		return Arrays.copyOf(file.array(), file.position());
	}

	static byte[] bytes(List<Object> elements, ByteOrder order) {
		ByteBuffer target = ByteBuffer.allocate(elements.size() * 8).order(order);
		for (Object element : elements) {
			if (element instanceof Byte value) {
				target.put(value);
			}
			else if (element instanceof Short value) {
				target.putShort(value);
			}
			else if (element instanceof Integer value) {
				target.putInt(value);
			}
			else if (element instanceof Long value) {
				target.putLong(value);
			}
			else if (element instanceof Float value) {
				target.putFloat(value);
			}
			else if (element instanceof Double value) {
				target.putDouble(value);
			}
		}
		return Arrays.copyOf(target.array(), target.position());
	}

}
