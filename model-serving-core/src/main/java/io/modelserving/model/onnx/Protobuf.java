package io.modelserving.model.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes the wire format of Protocol Buffers, as far as a small model needs it.
 */
final class Protobuf {

	private Protobuf() {
	}

	static byte[] text(int field, String value) {
		return message(field, value.getBytes(StandardCharsets.UTF_8));
	}

	static byte[] message(int field, byte[] content) {
		return join(varint((field << 3) | 2), varint(content.length), content);
	}

	static byte[] number(int field, long value) {
		return join(varint(field << 3), varint(value));
	}

	private static byte[] varint(long value) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(10);
		long rest = value;
		for (; (rest & ~0x7fL) != 0; rest >>>= 7) {
			bytes.write((int) (rest & 0x7f) | 0x80);
		}
		bytes.write((int) rest);
		return bytes.toByteArray();
	}

	static byte[] join(byte[]... parts) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			bytes.writeBytes(part);
		}
		return bytes.toByteArray();
	}

}
