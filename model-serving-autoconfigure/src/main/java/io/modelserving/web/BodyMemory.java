package io.modelserving.web;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes that all bodies which are arriving hold. A body that is alone gets
 * what it needs; several get no more than the capacity together. Thread-safe.
 */
public final class BodyMemory {

	private final long capacity;

	private final AtomicLong held = new AtomicLong();

	/**
	 * Create a count.
	 * @param capacity the most bytes that several bodies may hold together
	 */
	public BodyMemory(long capacity) {
		this.capacity = capacity;
	}

	/**
	 * Count more bytes of a body.
	 * @param own the bytes that the body holds already
	 * @param bytes the bytes that it needs in addition
	 * @return whether it may have them; if not, nothing is counted
	 */
	boolean tryAdd(long own, long bytes) {
		long all = this.held.addAndGet(bytes);
		if (all <= this.capacity || all == own + bytes) {
			return true;
		}
		this.held.addAndGet(-bytes);
		return false;
	}

	void subtract(long bytes) {
		this.held.addAndGet(-bytes);
	}

	long held() {
		return this.held.get();
	}

}
