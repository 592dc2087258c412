package io.modelserving.tuning;

import java.time.Duration;
import java.util.Locale;

/**
 * Numbers as operators read and write them.
 */
final class Texts {

	static final String OUT_OF_TIME = "not tried, as the time was up";

	private Texts() {
	}

	static String time(long nanos) {
		return String.format(Locale.ROOT, "%.3g ms", nanos / 1e6);
	}

	static String rate(double rowsPerSecond) {
		return String.format(Locale.ROOT, (rowsPerSecond < 10) ? "%.2f" : "%.0f", rowsPerSecond);
	}

	static String percent(double share) {
		return String.format(Locale.ROOT, "%+.0f %%", 100 * share);
	}

	/**
	 * Return a duration as configuration has it, exactly.
	 */
	static String configured(Duration duration) {
		long nanos = duration.toNanos();
		if (nanos % 1_000_000 == 0) {
			return nanos / 1_000_000 + "ms";
		}
		return (nanos % 1000 == 0) ? nanos / 1000 + "us" : nanos + "ns";
	}

}
