package io.modelserving.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.modelserving.model.InferenceException.InvalidInput;

/**
 * Strings as bytes: each is preceded by its length, four bytes, the lowest first. Strings
 * are text in UTF-8, since those of the runtime are.
 */
final class BinaryStrings {

	static final int LENGTH_BYTES = 4;

	private BinaryStrings() {
	}

	/**
	 * Read strings.
	 * @param label the tensor, as messages name it
	 * @param elements how many there are
	 * @param source where to read from
	 * @param size the number of bytes that they take; no more are read
	 * @return the strings
	 * @throws InvalidInput if they take more bytes or less, or are no text
	 * @throws IOException if the source fails
	 */
	static String[] read(String label, int elements, InputStream source, int size) throws IOException {
		List<String> strings = new ArrayList<>(Math.min(elements, StringElements.FIRST_ELEMENTS));
		int left = size;
		for (int i = 0; i < elements; i++) {
			long length = (left >= LENGTH_BYTES) ? length(read(label, source, LENGTH_BYTES)) : 0;
			left -= LENGTH_BYTES;
			if (left < 0 || length > left) {
				throw new InvalidInput("%s: element %d is %d bytes long, and %d bytes are left of %d".formatted(label,
						i, length, Math.max(0, left), size));
			}
			strings.add(decode(label, i, read(label, source, (int) length)));
			left -= (int) length;
		}
		if (left > 0) {
			throw new InvalidInput(
					"%s: %d elements take %d bytes, not %d".formatted(label, elements, size - left, size));
		}
		return strings.toArray(String[]::new);
	}

	private static byte[] read(String label, InputStream source, int length) throws IOException {
		byte[] read = source.readNBytes(length);
		if (read.length < length) {
			throw BinaryTensors.tooShort(label, length - read.length);
		}
		return read;
	}

	private static long length(byte[] bytes) {
		return Integer.toUnsignedLong(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt());
	}

	static String decode(String label, int index, byte[] bytes) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (CharacterCodingException ex) {
			throw new InvalidInput("%s: element %d is not text in UTF-8".formatted(label, index), ex);
		}
	}

	/**
	 * Turn strings into bytes.
	 * @param strings the strings
	 * @return the bytes
	 */
	static ByteBuffer encode(List<String> strings) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		for (String string : strings) {
			byte[] text = string.getBytes(StandardCharsets.UTF_8);
			bytes.writeBytes(
					ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(text.length).array());
			bytes.writeBytes(text);
		}
		return ByteBuffer.wrap(bytes.toByteArray());
	}

}
