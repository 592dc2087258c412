package io.modelserving.endpoint;

import java.time.Duration;

/**
 * What the encoding stage has to do, and how fast it does it: what a request takes is
 * averaged, older ones counting less and less. Thread-safe; the lock of this object
 * guards all.
 */
final class EncodingLoad {

	private static final double WEIGHT_OF_LATEST = 0.1;

	private static final Duration UNKNOWN = Duration.ofSeconds(1);

	private final int threads;

	private int waiting;

	private int running;

	private double nanosPerRequest;

	EncodingLoad(int threads) {
		this.threads = threads;
	}

	synchronized void waits() {
		this.waiting++;
	}

	synchronized int waiting() {
		return this.waiting;
	}

	synchronized void leaves() {
		this.waiting--;
	}

	synchronized void begins() {
		this.waiting--;
		this.running++;
	}

	synchronized void ends(long nanos) {
		this.running--;
		this.nanosPerRequest += (this.nanosPerRequest == 0) ? Math.max(1, nanos)
				: WEIGHT_OF_LATEST * (nanos - this.nanosPerRequest);
	}

	/**
	 * Return how long a request that arrives now would wait. Of each request that is
	 * being encoded, half is taken to be done.
	 * @return the time in nanoseconds; 0 if a thread is idle, or nothing is known
	 */
	synchronized long waitNanos() {
		return (this.waiting + this.running < this.threads) ? 0
				: (long) ((this.waiting + 0.5) * this.nanosPerRequest / this.threads);
	}

	/**
	 * Return the time that it takes to encode a request.
	 * @return the time in nanoseconds; 0 if nothing is known
	 */
	synchronized long nanosPerRequest() {
		return (long) this.nanosPerRequest;
	}

	/**
	 * Return the time until all that waits has begun.
	 * @return the time; a second if nothing is known
	 */
	Duration timeToDrain() {
		long wait = waitNanos();
		return (wait > 0) ? Duration.ofNanos(wait) : UNKNOWN;
	}

}
