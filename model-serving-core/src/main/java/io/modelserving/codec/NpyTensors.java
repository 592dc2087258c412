package io.modelserving.codec;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes {@code .npy} files, NumPy's format for one array (versions 1 to 3, as
 * NEP 1 and {@code numpy.lib.format} describe them): booleans, integers, floating-point
 * numbers of 2, 4 and 8 bytes, and text, in either byte order, row-major.
 */
public final class NpyTensors {

	private NpyTensors() {
	}

	/**
	 * Read a file.
	 * @param file the content of the file
	 * @return the tensor; text is BYTES
	 * @throws InvalidInput if the content is no such file, is cut short, or holds
	 * something else; the message says what
	 */
	public static Tensor read(byte[] file) {
		ByteBuffer content = ByteBuffer.wrap(file);
		NpyHeader header = NpyHeader.read(content);
		ByteBuffer data = content.slice().order(header.byteOrder());
		return switch (header.kind()) {
			case 'U' -> strings(header, data, 4);
			case 'S', 'a' -> strings(header, data, 1);
			default -> numbers(header, data);
		};
	}

	private static Tensor numbers(NpyHeader header, ByteBuffer data) {
		DataType dataType = dataType(header);
		if (dataType == null) {
			throw new InvalidInput("the .npy file has elements of type %c%d; save it as one of bool, int8 to int64, "
				.formatted(header.kind(), header.size()) + "uint8 to uint64, float16, float32, float64, str");
		}
		checkSize(header.shape(), dataType.elementBytes(), data);
		return Tensor.of(dataType, header.shape(), NativeBytes.copy(data, dataType.elementBytes()));
	}

	private static @Nullable DataType dataType(NpyHeader header) {
		return switch (header.kind() + Integer.toString(header.size())) {
			case "b1" -> DataType.BOOL;
			case "u1" -> DataType.UINT8;
			case "u2" -> DataType.UINT16;
			case "u4" -> DataType.UINT32;
			case "u8" -> DataType.UINT64;
			case "i1" -> DataType.INT8;
			case "i2" -> DataType.INT16;
			case "i4" -> DataType.INT32;
			case "i8" -> DataType.INT64;
			case "f2" -> DataType.FP16;
			case "f4" -> DataType.FP32;
			case "f8" -> DataType.FP64;
			default -> null;
		};
	}

	/**
	 * Read text of a fixed length, padded with NUL: UTF-32 or bytes.
	 */
	private static Tensor strings(NpyHeader header, ByteBuffer data, int characterBytes) {
		long elementBytes = (long) header.size() * characterBytes;
		String[] elements = new String[checkSize(header.shape(), elementBytes, data)];
		int bytes = (int) elementBytes;
		for (int i = 0; i < elements.length; i++) {
			StringBuilder text = new StringBuilder();
			ByteBuffer element = data.slice(i * bytes, bytes).order(header.byteOrder());
			if (characterBytes == 4) {
				while (element.hasRemaining()) {
					appendCodePoint(text, element.getInt(), i);
				}
			}
			else {
				text.append(StandardCharsets.UTF_8.decode(element));
			}
			elements[i] = text.toString().replaceFirst("\0+$", "");
		}
		return Tensor.of(header.shape(), elements);
	}

	private static void appendCodePoint(StringBuilder text, int codePoint, int index) {
		if (!Character.isValidCodePoint(codePoint)) {
			throw new InvalidInput("the .npy file has no text in element %d".formatted(index));
		}
		text.appendCodePoint(codePoint);
	}

	/**
	 * Write a file of version 1.
	 * @param tensor the content, of a type that NumPy has, which BF16 is not
	 * @param target where to write; left open
	 * @throws IllegalArgumentException if NumPy has no such type
	 * @throws IOException if the target fails
	 */
	public static void write(NumericTensor tensor, OutputStream target) throws IOException {
		ByteBuffer data = tensor.data();
		byte[] content = new byte[data.remaining()];
		data.get(content);
		target.write(NpyHeader.of(tensor.dataType(), tensor.shape()));
		target.write(content);
	}

	private static int checkSize(Shape shape, long elementBytes, ByteBuffer data) {
		try {
			long elements = shape.elementCount();
			// elements of no bytes must not be countless
			long bytes = Math.multiplyExact(elements, Math.max(elementBytes, 1));
			if (bytes == data.remaining() && elementBytes > 0 || elements == 0 && !data.hasRemaining()) {
				return (int) elements;
			}
		}
		catch (ArithmeticException ex) {
			// more than can be counted is more than there is
		}
		throw new InvalidInput(
				"the .npy file has %d bytes of elements, which is not what the shape %s of %d bytes each takes"
					.formatted(data.remaining(), shape, elementBytes));
	}

}
