package io.modelserving.tensor;

/**
 * Element type of a tensor, named as the Open Inference Protocol names it.
 */
public enum DataType {

	BOOL(1), UINT8(1), UINT16(2), UINT32(4), UINT64(8), INT8(1), INT16(2), INT32(4), INT64(8), FP16(2), BF16(2),
	FP32(4), FP64(8),

	/**
	 * Text or opaque bytes of varying length; the elements of a {@link StringTensor}.
	 */
	BYTES(0);

	private final int elementBytes;

	DataType(int elementBytes) {
		this.elementBytes = elementBytes;
	}

	/**
	 * Return the size of one element.
	 * @return the size in bytes, or 0 for {@link #BYTES}, whose elements vary in size
	 */
	public int elementBytes() {
		return this.elementBytes;
	}

	/**
	 * Return whether elements are floating-point numbers.
	 * @return {@code true} for FP16, BF16, FP32 and FP64
	 */
	public boolean isFloatingPoint() {
		return this == FP16 || this == BF16 || this == FP32 || this == FP64;
	}

	/**
	 * Return whether elements are integers.
	 * @return {@code true} for the signed and unsigned integer types; BOOL is not one
	 */
	public boolean isInteger() {
		return ordinal() >= UINT8.ordinal() && ordinal() <= INT64.ordinal();
	}

}
