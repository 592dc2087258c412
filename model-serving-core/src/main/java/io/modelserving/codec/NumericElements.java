package io.modelserving.codec;

import java.nio.ByteBuffer;

import io.modelserving.tensor.BufferPool;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.HalfPrecision;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.InputCoercionException;

/**
 * Numbers or booleans of a tensor in the making.
 */
final class NumericElements implements ElementSink {

	private static final float FP16_LIMIT = 65520f;

	private final JsonParser parser;

	private final ElementErrors errors;

	private final DataType dataType;

	private final ElementBuffer elements;

	NumericElements(JsonParser parser, String label, DataType dataType, int elements) {
		this.parser = parser;
		this.errors = new ElementErrors(label, dataType);
		this.dataType = dataType;
		this.elements = new ElementBuffer(Math.multiplyExact(elements, dataType.elementBytes()),
				BufferPool.NONE.acquire());
	}

	@Override
	public void put(JsonToken token) {
		ByteBuffer buffer = this.elements.room(this.dataType.elementBytes());
		switch (this.dataType) {
			case FP32 -> buffer.putFloat(floatValue(token));
			case FP64 -> buffer.putDouble(doubleValue(token));
			case FP16 -> buffer.putShort(fp16(token));
			case BF16 -> buffer.putShort(bf16(token));
			case INT64 -> buffer.putLong(integer(token, Long.MIN_VALUE, Long.MAX_VALUE));
			case INT32 -> buffer.putInt((int) integer(token, Integer.MIN_VALUE, Integer.MAX_VALUE));
			case INT16 -> buffer.putShort((short) integer(token, Short.MIN_VALUE, Short.MAX_VALUE));
			case INT8 -> buffer.put((byte) integer(token, Byte.MIN_VALUE, Byte.MAX_VALUE));
			case UINT64 -> buffer.putLong(unsignedLong(token));
			case UINT32 -> buffer.putInt((int) integer(token, 0, 0xffffffffL));
			case UINT16 -> buffer.putShort((short) integer(token, 0, 0xffff));
			case UINT8 -> buffer.put((byte) integer(token, 0, 0xff));
			case BOOL -> buffer.put(bool(token));
			case BYTES -> throw new IllegalStateException("strings are no numbers");
		}
	}

	private float floatValue(JsonToken token) {
		if (token == JsonToken.VALUE_STRING) {
			return (float) notFinite(token);
		}
		requireNumber(token);
		float value = this.parser.getFloatValue();
		if (Float.isInfinite(value) && !this.parser.isNaN()) {
			throw outOfRange("numbers up to 3.4028235E38");
		}
		return value;
	}

	private double doubleValue(JsonToken token) {
		if (token == JsonToken.VALUE_STRING) {
			return notFinite(token);
		}
		requireNumber(token);
		double value = this.parser.getDoubleValue();
		if (Double.isInfinite(value) && !this.parser.isNaN()) {
			throw outOfRange("numbers up to 1.7976931348623157E308");
		}
		return value;
	}

	private short fp16(JsonToken token) {
		float value = floatValue(token);
		if (Math.abs(value) >= FP16_LIMIT && Float.isFinite(value)) {
			throw outOfRange("numbers up to 65504");
		}
		return HalfPrecision.floatToFp16(value);
	}

	private short bf16(JsonToken token) {
		float value = floatValue(token);
		short bits = HalfPrecision.floatToBf16(value);
		if (Float.isFinite(value) && Float.isInfinite(HalfPrecision.bf16ToFloat(bits))) {
			throw outOfRange("numbers up to 3.3895314E38");
		}
		return bits;
	}

	private double notFinite(JsonToken token) {
		return switch (this.parser.getString()) {
			case "NaN" -> Double.NaN;
			case "Infinity", "+Infinity" -> Double.POSITIVE_INFINITY;
			case "-Infinity" -> Double.NEGATIVE_INFINITY;
			default -> throw this.errors.unexpected(index(), token);
		};
	}

	private long integer(JsonToken token, long min, long max) {
		requireInteger(token);
		long value;
		try {
			value = this.parser.getLongValue();
		}
		catch (InputCoercionException ex) {
			throw outOfRange("%d to %d".formatted(min, max));
		}
		if (value < min || value > max) {
			throw outOfRange("%d to %d".formatted(min, max));
		}
		return value;
	}

	private long unsignedLong(JsonToken token) {
		requireInteger(token);
		try {
			return Long.parseUnsignedLong(this.parser.getString());
		}
		catch (NumberFormatException ex) {
			throw outOfRange("0 to 18446744073709551615");
		}
	}

	private byte bool(JsonToken token) {
		return switch (token) {
			case VALUE_TRUE -> 1;
			case VALUE_FALSE -> 0;
			default -> throw this.errors.unexpected(index(), token);
		};
	}

	private void requireNumber(JsonToken token) {
		if (token != JsonToken.VALUE_NUMBER_FLOAT && token != JsonToken.VALUE_NUMBER_INT) {
			throw this.errors.unexpected(index(), token);
		}
	}

	private void requireInteger(JsonToken token) {
		if (token == JsonToken.VALUE_NUMBER_FLOAT) {
			throw this.errors.fraction(index(), this.parser.getString());
		}
		if (token != JsonToken.VALUE_NUMBER_INT) {
			throw this.errors.unexpected(index(), token);
		}
	}

	private RuntimeException outOfRange(String range) {
		return this.errors.outOfRange(index(), this.parser.getString(), range);
	}

	private int index() {
		return this.elements.position() / this.dataType.elementBytes();
	}

	@Override
	public Tensor toTensor(Shape shape) {
		return Tensor.of(this.dataType, shape, this.elements.toBuffer());
	}

}
