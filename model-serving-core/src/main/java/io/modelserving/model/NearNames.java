package io.modelserving.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the name that a user may have meant.
 */
public final class NearNames {

	private NearNames() {
	}

	/**
	 * Find the name that is most like another.
	 * @param name the name that does not exist
	 * @param existing the names that do
	 * @return the nearest one, if at most a third of its letters differ, by case not at
	 * all
	 */
	public static Optional<String> nearest(String name, Collection<String> existing) {
		return existing.stream()
			.filter((other) -> distance(name, other) * 3 <= Math.max(name.length(), other.length()))
			.min(Comparator.comparingInt((String other) -> distance(name, other)).thenComparing((other) -> other));
	}

	/**
	 * Levenshtein distance (1965), ignoring case, by dynamic programming over one row.
	 */
	private static int distance(String left, String right) {
		String from = left.toLowerCase(Locale.ROOT);
		String to = right.toLowerCase(Locale.ROOT);
		int[] row = new int[to.length() + 1];
		for (int j = 0; j <= to.length(); j++) {
			row[j] = j;
		}
		for (int i = 1; i <= from.length(); i++) {
			int diagonal = row[0];
			row[0] = i;
			for (int j = 1; j <= to.length(); j++) {
				int replaced = diagonal + ((from.charAt(i - 1) == to.charAt(j - 1)) ? 0 : 1);
				diagonal = row[j];
				row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
			}
		}
		return row[to.length()];
	}

}
