package io.modelserving.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;

/**
 * Tensors as the protocol's bytes: little-endian, row-major; each string after its length
 * in four bytes.
 */
final class TensorBytes {

	private TensorBytes() {
	}

	static byte[] of(Tensor tensor) {
		if (tensor instanceof NumericTensor numbers) {
			byte[] bytes = new byte[numbers.data().remaining()];
			numbers.data().get(bytes);
			return swapUnlessLittleEndian(bytes, numbers.dataType().elementBytes());
		}
		List<byte[]> elements = ((StringTensor) tensor).elements()
			.stream()
			.map(element -> element.getBytes(StandardCharsets.UTF_8))
			.toList();
		ByteBuffer target = ByteBuffer
			.allocate(elements.stream().mapToInt(element -> element.length + Integer.BYTES).reduce(0, Math::addExact))
			.order(ByteOrder.LITTLE_ENDIAN);
		elements.forEach(element -> target.putInt(element.length).put(element));
		return target.array();
	}

	/**
	 * Read a tensor.
	 * @param dataType the element type
	 * @param shape the shape
	 * @param source all of its bytes; not to be changed any more
	 * @return the tensor
	 * @throws IllegalArgumentException if the bytes are too few, too many, or no text
	 * where text must be
	 */
	static Tensor read(DataType dataType, Shape shape, ByteBuffer source) {
		if (dataType == DataType.BYTES) {
			return strings(shape, source.order(ByteOrder.LITTLE_ENDIAN));
		}
		if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
			return Tensor.of(dataType, shape, source);
		}
		byte[] bytes = new byte[source.remaining()];
		source.get(bytes);
		return Tensor.of(dataType, shape, ByteBuffer.wrap(swapUnlessLittleEndian(bytes, dataType.elementBytes())));
	}

	private static Tensor strings(Shape shape, ByteBuffer source) {
		String[] elements = new String[Math.toIntExact(Math.min(shape.elementCount(), source.remaining() / 4))];
		for (int i = 0; i < elements.length; i++) {
			int length = (source.remaining() >= Integer.BYTES) ? source.getInt() : -1;
			if (length < 0 || length > source.remaining()) {
				throw new IllegalArgumentException("element %d of BYTES breaks off".formatted(i));
			}
			elements[i] = text(source.slice(source.position(), length), i);
			source.position(source.position() + length);
		}
		if (source.hasRemaining()) {
			throw new IllegalArgumentException(
					"%d bytes follow the elements of BYTES%s".formatted(source.remaining(), shape));
		}
		return Tensor.of(shape, elements);
	}

	private static String text(ByteBuffer bytes, int index) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
		}
		catch (CharacterCodingException ex) {
			throw new IllegalArgumentException("element %d of BYTES is no text in UTF-8".formatted(index), ex);
		}
	}

	private static byte[] swapUnlessLittleEndian(byte[] bytes, int elementBytes) {
		if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
			return bytes;
		}
		byte[] swapped = new byte[bytes.length];
		for (int i = 0; i < bytes.length; i++) {
			int inElement = i % elementBytes;
			swapped[i - inElement + elementBytes - 1 - inElement] = bytes[i];
		}
		return swapped;
	}

}
