package io.modelserving;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Names that all have the same hash code, as an attacker chooses them.
 */
public final class Collisions {

	private static final String[] PAIR = { "Aa", "BB" };

	private Collisions() {
	}

	/**
	 * Make names.
	 * @param bits how many of them, as a power of 2
	 * @return the names
	 */
	public static List<String> names(int bits) {
		return IntStream.range(0, 1 << bits).mapToObj((number) -> name(number, bits)).toList();
	}

	private static String name(int number, int bits) {
		StringBuilder name = new StringBuilder();
		for (int bit = 0; bit < bits; bit++) {
			name.append(PAIR[(number >> bit) & 1]);
		}
		return name.toString();
	}

}
