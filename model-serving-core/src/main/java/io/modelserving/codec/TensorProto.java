package io.modelserving.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

import io.modelserving.model.InferenceException.InvalidInput;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an ONNX {@code TensorProto} (onnx.proto) as they come off the wire.
 *
 * @param name the name, empty if there is none
 * @param dataType the element type, numbered as {@code TensorProto.DataType} is
 * @param dimensions the dimensions
 * @param rawData the elements as bytes, little-endian, if that is how they come
 * @param numbersField the field that held numbers, 0 if none did
 * @param numbers the numbers of that field: floating-point numbers as their bits,
 * integers as they are
 * @param strings the elements, if they are strings
 * @param external whether the elements are in another file
 */
record TensorProto(String name, int dataType, long[] dimensions, @Nullable ByteBuffer rawData, int numbersField,
		long[] numbers, List<String> strings, boolean external) {

	static final int FLOAT_DATA = 4;

	static final int INT32_DATA = 5;

	static final int INT64_DATA = 7;

	static final int DOUBLE_DATA = 10;

	static final int UINT64_DATA = 11;

	static TensorProto read(byte[] message) {
		Builder builder = new Builder();
		ProtobufReader reader = new ProtobufReader(ByteBuffer.wrap(message));
		while (reader.next()) {
			builder.read(reader);
		}
		return builder.build();
	}

	private static final class Builder {

		private final LongStream.Builder dimensions = LongStream.builder();

		private final LongStream.Builder numbers = LongStream.builder();

		private final List<String> strings = new ArrayList<>();

		private String name = "";

		private int dataType;

		private int numbersField;

		private boolean external;

		private @Nullable ByteBuffer rawData;

		private void read(ProtobufReader reader) {
			switch (reader.field()) {
				case 1 -> readNumbers(reader, ProtobufReader.VARINT, this.dimensions);
				case 2 -> readNumbers(reader, ProtobufReader.VARINT, (value) -> this.dataType = (int) value);
				case 6 -> this.strings.add(text(reader));
				case 8 -> this.name = text(reader);
				case 9 -> this.rawData = bytes(reader);
				case 13 -> {
					this.external = true;
					reader.skip();
				}
				case FLOAT_DATA -> readElements(reader, ProtobufReader.FIXED32);
				case DOUBLE_DATA -> readElements(reader, ProtobufReader.FIXED64);
				case INT32_DATA, INT64_DATA, UINT64_DATA -> readElements(reader, ProtobufReader.VARINT);
				default -> reader.skip();
			}
		}

		private void readElements(ProtobufReader reader, int wireType) {
			this.numbersField = reader.field();
			readNumbers(reader, wireType, this.numbers);
		}

		/**
		 * Read one number, or several that are packed.
		 */
		private static void readNumbers(ProtobufReader reader, int wireType, LongConsumer target) {
			if (reader.wireType() == ProtobufReader.LENGTH_DELIMITED) {
				ProtobufReader packed = new ProtobufReader(reader.bytes());
				while (packed.hasRemaining()) {
					target.accept(packed.number(wireType));
				}
			}
			else {
				requireWireType(reader, wireType);
				target.accept(reader.number(wireType));
			}
		}

		private static String text(ProtobufReader reader) {
			return StandardCharsets.UTF_8.decode(bytes(reader)).toString();
		}

		private static ByteBuffer bytes(ProtobufReader reader) {
			requireWireType(reader, ProtobufReader.LENGTH_DELIMITED);
			return reader.bytes();
		}

		private static void requireWireType(ProtobufReader reader, int wireType) {
			if (reader.wireType() != wireType) {
				throw new InvalidInput("no ONNX tensor: field %d has the wire type %d instead of %d"
					.formatted(reader.field(), reader.wireType(), wireType));
			}
		}

		private TensorProto build() {
			return new TensorProto(this.name, this.dataType, this.dimensions.build().toArray(), this.rawData,
					this.numbersField, this.numbers.build().toArray(), this.strings, this.external);
		}

	}

}
