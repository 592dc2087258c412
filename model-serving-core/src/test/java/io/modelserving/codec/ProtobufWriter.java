package io.modelserving.codec;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes messages for {@link ProtobufReader} to read.
 */
final class ProtobufWriter {

	private final ByteArrayOutputStream target = new ByteArrayOutputStream();

	ProtobufWriter varint(int field, long value) {
		varint((long) field << 3);
		return varint(value);
	}

	ProtobufWriter varint(long value) {
		long rest = value;
		while ((rest & ~0x7fL) != 0) {
			this.target.write((int) (rest & 0x7f | 0x80));
			rest >>>= 7;
		}
		this.target.write((int) rest);
		return this;
	}

	ProtobufWriter float32(int field, float value) {
		varint((long) field << 3 | 5);
		return raw(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
	}

	ProtobufWriter float64(int field, double value) {
		varint((long) field << 3 | 1);
		return raw(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(value).array());
	}

	ProtobufWriter bytes(int field, byte[] value) {
		varint((long) field << 3 | 2);
		varint(value.length);
		return raw(value);
	}

	ProtobufWriter text(int field, String value) {
		return bytes(field, value.getBytes(StandardCharsets.UTF_8));
	}

	ProtobufWriter packed(int field, long... values) {
		ProtobufWriter packed = new ProtobufWriter();
		for (long value : values) {
			packed.varint(value);
		}
		return bytes(field, packed.toByteArray());
	}

	ProtobufWriter raw(byte[] value) {
		this.target.writeBytes(value);
		return this;
	}

	byte[] toByteArray() {
		return this.target.toByteArray();
	}

}
