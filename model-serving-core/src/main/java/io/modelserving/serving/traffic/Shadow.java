package io.modelserving.serving.traffic;

import org.jspecify.annotations.Nullable;

/**
 * Copies of calls go to another version, whose results are compared with those that the
 * callers got, and dropped.
 *
 * @param version the version that gets the copies
 * @param share the share of the calls that are copied, from 0 to 1
 * @param tolerance how far floating-point numbers may differ, as a share of the largest
 * number of the output; {@code null} for what suits the element type
 */
public record Shadow(long version, double share, @Nullable Double tolerance) {

	public Shadow {
		if (version < 1) {
			throw new IllegalArgumentException("shadow: version %d is not a positive number".formatted(version));
		}
		if (!(share >= 0 && share <= 1)) {
			throw new IllegalArgumentException("shadow: share is %s; it must be from 0 to 1".formatted(share));
		}
		if (tolerance != null && !(tolerance >= 0 && tolerance < Double.POSITIVE_INFINITY)) {
			throw new IllegalArgumentException(
					"shadow: tolerance is %s; it must be a number that is not negative".formatted(tolerance));
		}
	}

	/**
	 * Copy all calls to a version.
	 * @param version the version
	 * @return the shadow, with the tolerance that suits the element type
	 */
	public static Shadow of(long version) {
		return new Shadow(version, 1, null);
	}

}
