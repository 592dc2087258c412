package io.modelserving.repository;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Writes small models: {@code y = x + weight} over rows of two, with the weight in the
 * file or in another one.
 */
public final class OnnxFiles {

	private static final int FLOAT = 1;

	private OnnxFiles() {
	}

	/**
	 * Write a model.
	 * @param file where to; its directories are made
	 * @param weight what it adds
	 * @return the file
	 */
	public static Path adding(Path file, float weight) {
		return write(file, adding(weight));
	}

	/**
	 * Return the file of a model.
	 * @param weight what it adds
	 * @return its bytes
	 */
	public static byte[] adding(float weight) {
		return model(tensor(message(9, bytes(weight))));
	}

	/**
	 * Return the file of a model whose weight is in another file.
	 * @param location the name of that file, as the model has it
	 * @return its bytes
	 */
	public static byte[] referringTo(String location) {
		byte[] entry = join(text(1, "location"), text(2, location));
		return model(tensor(join(message(13, entry), number(14, 1))));
	}

	/** What has to be in the other file. */
	public static byte[] bytes(float weight) {
		ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
		return bytes.putFloat(weight).putFloat(weight).array();
	}

	public static Path write(Path file, byte[] content) {
		try {
			Files.createDirectories(file.getParent());
			return Files.write(file, content);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static byte[] tensor(byte[] data) {
		return join(number(1, 2), number(2, FLOAT), text(8, "weight"), data);
	}

	private static byte[] model(byte[] initializer) {
		byte[] node = join(text(1, "x"), text(1, "weight"), text(2, "y"), text(4, "Add"));
		byte[] graph = join(message(1, node), text(2, "adding"), message(5, initializer), message(11, value("x")),
				message(12, value("y")));
		return join(number(1, 8), message(7, graph), message(8, join(text(1, ""), number(2, 17))));
	}

	private static byte[] value(String name) {
		byte[] shape = join(message(1, text(2, "batch")), message(1, number(1, 2)));
		byte[] tensor = join(number(1, FLOAT), message(2, shape));
		return join(text(1, name), message(2, message(1, tensor)));
	}

	private static byte[] text(int field, String value) {
		return message(field, value.getBytes(StandardCharsets.UTF_8));
	}

	private static byte[] message(int field, byte[] content) {
		return join(varint((field << 3) | 2), varint(content.length), content);
	}

	private static byte[] number(int field, int value) {
		return join(varint(field << 3), varint(value));
	}

	private static byte[] varint(int value) {
		byte[] bytes = new byte[5];
		int length = 0;
		int rest = value;
		for (; rest > 0x7f; rest >>>= 7) {
			bytes[length++] = (byte) ((rest & 0x7f) | 0x80);
		}
		bytes[length++] = (byte) rest;
		return Arrays.copyOf(bytes, length);
	}

	private static byte[] join(byte[]... parts) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			bytes.writeBytes(part);
		}
		return bytes.toByteArray();
	}

}
