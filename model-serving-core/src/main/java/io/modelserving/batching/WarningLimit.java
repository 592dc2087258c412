package io.modelserving.batching;

/**
 * Keeps warnings that repeat out of the log: one passes in an interval, and the next one
 * says how many did not. Thread-safe.
 */
final class WarningLimit {

	private static final long INTERVAL = 10_000_000_000L;

	private boolean used;

	private long last;

	private int suppressed;

	/**
	 * Ask whether a warning passes.
	 * @param now the current nanosecond time
	 * @return how many did not pass since the last that did, or -1 if this one does not
	 * pass
	 */
	synchronized int pass(long now) {
		if (this.used && now - this.last < INTERVAL) {
			this.suppressed++;
			return -1;
		}
		int before = this.suppressed;
		this.used = true;
		this.last = now;
		this.suppressed = 0;
		return before;
	}

}
