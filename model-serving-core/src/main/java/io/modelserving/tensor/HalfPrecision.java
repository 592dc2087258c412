package io.modelserving.tensor;

/**
 * Conversions between {@code float} and the two 16-bit floating-point formats, IEEE 754
 * binary16 (FP16) and bfloat16 (BF16). Narrowing rounds to the nearest value, ties to
 * even; every NaN becomes a quiet one.
 */
public final class HalfPrecision {

	private HalfPrecision() {
	}

	public static float fp16ToFloat(short bits) {
		int sign = (bits & 0x8000) << 16;
		int exponent = (bits >> 10) & 0x1f;
		int fraction = bits & 0x3ff;
		if (exponent == 0x1f) {
			return Float.intBitsToFloat(sign | 0x7f800000 | (fraction << 13));
		}
		if (exponent == 0) {
			float magnitude = fraction * 0x1p-24f;
			return (sign != 0) ? -magnitude : magnitude;
		}
		return Float.intBitsToFloat(sign | ((exponent + 112) << 23) | (fraction << 13));
	}

	public static short floatToFp16(float value) {
		int bits = Float.floatToRawIntBits(value);
		int sign = (bits >>> 16) & 0x8000;
		float magnitude = Math.abs(value);
		if (Float.isNaN(value)) {
			return (short) (sign | 0x7e00 | ((bits >> 13) & 0x3ff));
		}
		if (magnitude >= 65520f) {
			return (short) (sign | 0x7c00);
		}
		if (magnitude < 0x1p-14f) {
			return (short) (sign | (int) Math.rint(magnitude * 0x1p24));
		}
		int rounded = (bits & 0x7fffffff) + 0xfff + ((bits >> 13) & 1);
		return (short) (sign | ((rounded >> 13) - (112 << 10)));
	}

	public static float bf16ToFloat(short bits) {
		return Float.intBitsToFloat(bits << 16);
	}

	public static short floatToBf16(float value) {
		int bits = Float.floatToRawIntBits(value);
		if (Float.isNaN(value)) {
			return (short) ((bits >>> 16) | 0x40);
		}
		return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
	}

}
