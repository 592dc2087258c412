package io.modelserving.model.graph;

/**
 * Element types of ONNX, in the order of their numbers in the format.
 */
public enum ElementType {

	UNDEFINED, FLOAT, UINT8, INT8, UINT16, INT16, INT32, INT64, STRING, BOOL, FLOAT16, DOUBLE, UINT32, UINT64,
	COMPLEX64, COMPLEX128, BFLOAT16, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, UINT4, INT4, FLOAT4E2M1,
	FLOAT8E8M0;

	/**
	 * Return the type of a number of the format.
	 * @param number the number
	 * @return the type, {@link #UNDEFINED} if the number is unknown
	 */
	static ElementType of(int number) {
		return (number > 0 && number < values().length) ? values()[number] : UNDEFINED;
	}

	/**
	 * Return whether elements are integers.
	 * @return {@code false} for booleans, too
	 */
	boolean isInteger() {
		return switch (this) {
			case UINT8, INT8, UINT16, INT16, INT32, INT64, UINT32, UINT64, UINT4, INT4 -> true;
			default -> false;
		};
	}

	/**
	 * Return whether elements are real numbers.
	 * @return {@code false} for integers and complex numbers, too
	 */
	boolean isReal() {
		return switch (this) {
			case FLOAT, FLOAT16, DOUBLE, BFLOAT16, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT4E2M1,
					FLOAT8E8M0 ->
				true;
			default -> false;
		};
	}

}
