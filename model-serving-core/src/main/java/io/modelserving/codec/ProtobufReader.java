package io.modelserving.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import io.modelserving.model.InferenceException.InvalidInput;

/**
 * Reads the wire format of Protocol Buffers, field by field.
 */
final class ProtobufReader {

	static final int VARINT = 0;

	static final int FIXED64 = 1;

	static final int LENGTH_DELIMITED = 2;

	static final int FIXED32 = 5;

	private final ByteBuffer data;

	private int field;

	private int wireType;

	ProtobufReader(ByteBuffer data) {
		this.data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
	}

	/**
	 * Go to the next field.
	 * @return {@code false} at the end
	 */
	boolean next() {
		if (!this.data.hasRemaining()) {
			return false;
		}
		long tag = varint();
		this.field = (int) (tag >>> 3);
		this.wireType = (int) (tag & 7);
		return true;
	}

	int field() {
		return this.field;
	}

	int wireType() {
		return this.wireType;
	}

	boolean hasRemaining() {
		return this.data.hasRemaining();
	}

	private long varint() {
		long value = 0;
		for (int shift = 0; shift < 64; shift += 7) {
			byte next = require(1).get();
			value |= (next & 0x7fL) << shift;
			if (next >= 0) {
				return value;
			}
		}
		throw new InvalidInput("broken protobuf: a number has more than 10 bytes");
	}

	/**
	 * Read a number.
	 * @param type how it is written: {@link #VARINT}, {@link #FIXED32} or
	 * {@link #FIXED64}
	 * @return its bits
	 */
	long number(int type) {
		return switch (type) {
			case VARINT -> varint();
			case FIXED32 -> require(4).getInt();
			case FIXED64 -> require(8).getLong();
			default -> throw new IllegalArgumentException("wire type %d is no number".formatted(type));
		};
	}

	/**
	 * Read the bytes of a string, a message or packed numbers.
	 * @return a view of them, little-endian
	 */
	ByteBuffer bytes() {
		long length = varint();
		if (length < 0) {
			length = Long.MAX_VALUE;
		}
		ByteBuffer bytes = require(length).slice(this.data.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
		this.data.position(this.data.position() + (int) length);
		return bytes;
	}

	void skip() {
		switch (this.wireType) {
			case VARINT, FIXED32, FIXED64 -> number(this.wireType);
			case LENGTH_DELIMITED -> bytes();
			default -> throw new InvalidInput(
					"broken protobuf: field %d has the wire type %d".formatted(this.field, this.wireType));
		}
	}

	private ByteBuffer require(long bytes) {
		if (this.data.remaining() < bytes) {
			throw new InvalidInput("broken protobuf: it ends inside of field %d".formatted(this.field));
		}
		return this.data;
	}

}
