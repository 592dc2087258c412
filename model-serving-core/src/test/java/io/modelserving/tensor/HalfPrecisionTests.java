package io.modelserving.tensor;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.MathContext;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for {@link HalfPrecision}, over all values where that is possible.
 */
class HalfPrecisionTests {

	private static final int NUMBERS = 1 << 16;

	@Test
	void everyFp16IsItsSignFractionAndPowerOfTwo() {
		for (int bits = 0; bits < NUMBERS; bits++) {
			float actual = HalfPrecision.fp16ToFloat((short) bits);
			assertSame(bits, actual, (float) fp16(bits));
		}
	}

	@Test
	void everyBf16IsItsSignFractionAndPowerOfTwo() {
		for (int bits = 0; bits < NUMBERS; bits++) {
			float actual = HalfPrecision.bf16ToFloat((short) bits);
			assertSame(bits, actual, (float) value(bits, 8, 7));
		}
	}

	@Test
	void everyHalfSurvivesTheWayToFloatAndBack() {
		for (int bits = 0; bits < NUMBERS; bits++) {
			float fp16 = HalfPrecision.fp16ToFloat((short) bits);
			int expected = Float.isNaN(fp16) ? bits | 0x200 : bits;
			assertBits(HalfPrecision.floatToFp16(fp16), expected);
			float bf16 = HalfPrecision.bf16ToFloat((short) bits);
			expected = Float.isNaN(bf16) ? bits | 0x40 : bits;
			assertBits(HalfPrecision.floatToBf16(bf16), expected);
		}
	}

	@Test
	void everyFloatAroundAMidpointGoesToTheNearestFp16AndTiesToTheEven() {
		for (int bits = 0; bits < 0x7c00; bits++) {
			double upper = (bits == 0x7bff) ? 65536 : fp16(bits + 1);
			float midpoint = (float) ((fp16(bits) + upper) / 2);
			int even = bits + (bits & 1);
			assertNarrowed(HalfPrecision::floatToFp16, Math.nextDown(midpoint), bits);
			assertNarrowed(HalfPrecision::floatToFp16, midpoint, even);
			assertNarrowed(HalfPrecision::floatToFp16, Math.nextUp(midpoint), bits + 1);
		}
	}

	@Test
	void everyFloatAroundAMidpointGoesToTheNearestBf16AndTiesToTheEven() {
		for (int bits = 0; bits < 0x7f80; bits++) {
			float midpoint = Float.intBitsToFloat((bits << 16) | 0x8000);
			int even = bits + (bits & 1);
			assertNarrowed(HalfPrecision::floatToBf16, Math.nextDown(midpoint), bits);
			assertNarrowed(HalfPrecision::floatToBf16, midpoint, even);
			assertNarrowed(HalfPrecision::floatToBf16, Math.nextUp(midpoint), bits + 1);
		}
	}

	@ParameterizedTest
	@CsvSource({ "65504, 7bff", "65519.996, 7bff", "65520, 7c00", "3.4028235E38, 7c00", "Infinity, 7c00",
			"-Infinity, fc00", "0.0, 0", "-0.0, 8000", "1.4E-45, 0", "2.9802322E-8, 0", "2.9802326E-8, 1",
			"6.1035156E-5, 400", "1.0, 3c00" })
	void landmarksOfFp16(float value, String bits) {
		assertThat(HalfPrecision.floatToFp16(value)).isEqualTo((short) Integer.parseInt(bits, 16));
	}

	@ParameterizedTest
	@CsvSource({ "3.4028235E38, 7f80", "3.3895314E38, 7f7f", "Infinity, 7f80", "-Infinity, ff80", "-0.0, 8000",
			"1.4E-45, 0", "1.0, 3f80", "1.00390625, 3f80", "1.01171875, 3f82" })
	void landmarksOfBf16(float value, String bits) {
		assertThat(HalfPrecision.floatToBf16(value)).isEqualTo((short) Integer.parseInt(bits, 16));
	}

	@ParameterizedTest
	@CsvSource({ "7f800001", "7fc00000", "7fffffff", "ff800001", "ff802000" })
	void everyNanBecomesAQuietOne(String hex) {
		float nan = Float.intBitsToFloat(Integer.parseUnsignedInt(hex, 16));
		assertThat(HalfPrecision.floatToFp16(nan) & 0x7e00).isEqualTo(0x7e00);
		assertThat(HalfPrecision.floatToBf16(nan) & 0x7fc0).isEqualTo(0x7fc0);
	}

	@Test
	void whenTheJdkConvertsFp16ThenItsResultsAreTheSame() throws ReflectiveOperationException {
		Method toFloat = jdkMethod("float16ToFloat", short.class);
		Method toFp16 = jdkMethod("floatToFloat16", float.class);
		assumeThat(toFloat).as("JDK 20 or later").isNotNull();
		for (int bits = 0; bits < NUMBERS; bits++) {
			float expected = (float) toFloat.invoke(null, (short) bits);
			assertSame(bits, HalfPrecision.fp16ToFloat((short) bits), expected);
		}
		for (int high = 0; high < NUMBERS; high++) {
			float value = Float.intBitsToFloat((high << 16) | ((high * 40503) & 0xffff));
			if (!Float.isNaN(value)) {
				assertBits(HalfPrecision.floatToFp16(value), (short) toFp16.invoke(null, value) & 0xffff);
			}
		}
	}

	private static Method jdkMethod(String name, Class<?> parameter) {
		try {
			return Float.class.getMethod(name, parameter);
		}
		catch (NoSuchMethodException ex) {
			return null;
		}
	}

	private static double fp16(int bits) {
		return value(bits, 5, 10);
	}

	/**
	 * Read a binary interchange format as IEEE 754-2019, section 3.4, defines it.
	 */
	private static double value(int bits, int exponentBits, int fractionBits) {
		double sign = ((bits >> (exponentBits + fractionBits)) == 0) ? 1 : -1;
		int exponent = (bits >> fractionBits) & ((1 << exponentBits) - 1);
		int fraction = bits & ((1 << fractionBits) - 1);
		int bias = (1 << (exponentBits - 1)) - 1;
		if (exponent == (1 << exponentBits) - 1) {
			return (fraction == 0) ? sign * Double.POSITIVE_INFINITY : Double.NaN;
		}
		BigDecimal significand = BigDecimal.valueOf(fraction + ((exponent == 0) ? 0 : 1 << fractionBits));
		BigDecimal two = BigDecimal.valueOf(2);
		BigDecimal power = two.pow(Math.max(1, exponent) - bias - fractionBits, MathContext.DECIMAL128);
		return sign * significand.multiply(power).doubleValue();
	}

	private static void assertSame(int bits, float actual, float expected) {
		if (Float.floatToIntBits(actual) != Float.floatToIntBits(expected)) {
			assertThat(actual).as("bits %x", bits).isEqualTo(expected);
		}
	}

	private static void assertNarrowed(Narrowing narrowing, float value, int expected) {
		assertBits(narrowing.narrow(value), expected);
		assertBits(narrowing.narrow(-value), expected | 0x8000);
	}

	private static void assertBits(short actual, int expected) {
		if (actual != (short) expected) {
			assertThat(Integer.toHexString(actual & 0xffff)).isEqualTo(Integer.toHexString(expected));
		}
	}

	private interface Narrowing {

		short narrow(float value);

	}

}
