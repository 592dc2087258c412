package io.modelserving.openinference.grpc;

import java.util.function.Consumer;
import java.util.stream.Stream;

import com.google.protobuf.ByteString;
import io.modelserving.codec.BinaryTensors;
import io.modelserving.grpc.InferTensorContents;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TypedContents}.
 */
class TypedContentsTests {

	static Stream<Arguments> elements() {
		return Stream.of(elements(DataType.BOOL, (c) -> c.addBoolContents(true).addBoolContents(false), 1, 0),
				elements(DataType.INT8, (c) -> c.addIntContents(-128).addIntContents(127), 0x80, 0x7f),
				elements(DataType.INT16, (c) -> c.addIntContents(-32768).addIntContents(1), 0, 0x80, 1, 0),
				elements(DataType.INT32, (c) -> c.addIntContents(Integer.MIN_VALUE).addIntContents(1), 0, 0, 0, 0x80, 1,
						0, 0, 0),
				elements(DataType.INT64, (c) -> c.addInt64Contents(-2).addInt64Contents(1), 0xfe, 0xff, 0xff, 0xff,
						0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 0, 0, 0, 0),
				elements(DataType.UINT8, (c) -> c.addUintContents(255).addUintContents(0), 0xff, 0),
				elements(DataType.UINT16, (c) -> c.addUintContents(65535).addUintContents(1), 0xff, 0xff, 1, 0),
				elements(DataType.UINT32, (c) -> c.addUintContents(-1).addUintContents(1), 0xff, 0xff, 0xff, 0xff, 1, 0,
						0, 0),
				elements(DataType.UINT64, (c) -> c.addUint64Contents(-1).addUint64Contents(1), 0xff, 0xff, 0xff, 0xff,
						0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 0, 0, 0, 0),
				elements(DataType.FP32, (c) -> c.addFp32Contents(1).addFp32Contents(Float.NaN), 0, 0, 0x80, 0x3f, 0, 0,
						0xc0, 0x7f),
				elements(DataType.FP64, (c) -> c.addFp64Contents(1).addFp64Contents(Double.NEGATIVE_INFINITY), 0, 0, 0,
						0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0xf0, 0xff));
	}

	private static Arguments elements(DataType type, Consumer<InferTensorContents.Builder> contents, int... bytes) {
		return Arguments.of(type, contents, Messages.bytes(bytes));
	}

	@ParameterizedTest
	@MethodSource
	void elements(DataType type, Consumer<InferTensorContents.Builder> contents, ByteString bytes) {
		Tensor tensor = read(type, Shape.of(2, 1), contents);
		assertThat(tensor.dataType()).isEqualTo(type);
		assertThat(tensor.shape()).isEqualTo(Shape.of(2, 1));
		assertThat(ByteString.copyFrom(BinaryTensors.toBytes(tensor))).isEqualTo(bytes);
	}

	@Test
	void stringsAreUtf8() {
		Tensor tensor = read(DataType.BYTES, Shape.of(2),
				(contents) -> contents.addBytesContents(ByteString.copyFromUtf8("grün 😀"))
					.addBytesContents(ByteString.EMPTY));
		assertThat(((StringTensor) tensor).elements()).containsExactly("grün 😀", "");
		assertRejected(DataType.BYTES, Shape.of(1), (contents) -> contents.addBytesContents(Messages.bytes(0xff)),
				"input \"x\": element 0 is not text in UTF-8");
	}

	@ParameterizedTest
	@EnumSource(DataType.class)
	void emptyTensorsHaveNoElements(DataType type) {
		assertThat(read(type, Shape.of(0, 3), (contents) -> {
		}).shape()).isEqualTo(Shape.of(0, 3));
	}

	@Test
	void whenElementIsOutOfRangeThenItsIndexAndTheRangeAreTold() {
		assertRejected(DataType.INT8, Shape.of(2), (c) -> c.addIntContents(0).addIntContents(128),
				"input \"x\": element 1 is 128; INT8 takes -128 to 127");
		assertRejected(DataType.INT16, Shape.of(1), (c) -> c.addIntContents(-32769),
				"input \"x\": element 0 is -32769; INT16 takes -32768 to 32767");
		assertRejected(DataType.UINT8, Shape.of(1), (c) -> c.addUintContents(-1),
				"input \"x\": element 0 is 4294967295; UINT8 takes 0 to 255");
		assertRejected(DataType.UINT16, Shape.of(1), (c) -> c.addUintContents(65536),
				"input \"x\": element 0 is 65536; UINT16 takes 0 to 65535");
	}

	@Test
	void whenElementsAreInAnotherFieldThenTheRightOneIsTold() {
		assertRejected(DataType.INT64, Shape.of(1), (c) -> c.addIntContents(1),
				"input \"x\": elements in int_contents, where those of INT64 belong in int64_contents");
		assertRejected(DataType.FP16, Shape.of(1), (c) -> c.addFp32Contents(1),
				"input \"x\": elements in fp32_contents, where those of FP16 belong in raw_input_contents");
	}

	@Test
	void whenElementsAreNotAsManyAsTheShapeSaysThenBothAreTold() {
		assertRejected(DataType.FP32, Shape.of(2, 2), (c) -> c.addFp32Contents(1),
				"input \"x\": 1 elements in fp32_contents where shape [2, 2] takes 4");
		assertRejected(DataType.BF16, Shape.of(1), (c) -> {
		}, "input \"x\": 0 elements in raw_input_contents where shape [1] takes 1");
		assertRejected(DataType.INT8, Shape.of(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE), (c) -> {
		}, "input \"x\": shape [2147483647, 2147483647, 2147483647] has too many elements");
	}

	private static void assertRejected(DataType type, Shape shape, Consumer<InferTensorContents.Builder> contents,
			String message) {
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> read(type, shape, contents))
			.withMessage(message);
	}

	private static Tensor read(DataType type, Shape shape, Consumer<InferTensorContents.Builder> contents) {
		InferTensorContents.Builder builder = InferTensorContents.newBuilder();
		contents.accept(builder);
		return TypedContents.read("input \"x\"", type, shape, builder.build());
	}

}
