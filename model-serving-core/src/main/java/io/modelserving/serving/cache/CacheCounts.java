package io.modelserving.serving.cache;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what a cache does, and passes it on. Thread-safe.
 */
final class CacheCounts implements CacheListener {

	private static final double WEIGHT_OF_LATEST = 0.02;

	private final CacheListener next;

	private final AtomicLongArray outcomes = new AtomicLongArray(CacheOutcome.values().length);

	private final LongAdder evictions = new LongAdder();

	private final LongAdder failures = new LongAdder();

	/** A mean that forgets. Two calls at once may count as one. */
	private volatile double hitRatio;

	CacheCounts(CacheListener next) {
		this.next = next;
	}

	/**
	 * Return the share of the latest calls that needed no run of their own.
	 */
	double hitRatio() {
		return this.hitRatio;
	}

	CacheSnapshot snapshot(CacheSettings settings, ResultStore store) {
		return new CacheSnapshot(settings, "", store.entries(), store.bytes(), count(CacheOutcome.HIT),
				count(CacheOutcome.SHARED), count(CacheOutcome.MISS), count(CacheOutcome.BYPASSED),
				this.evictions.sum(), this.failures.sum());
	}

	private long count(CacheOutcome outcome) {
		return this.outcomes.get(outcome.ordinal());
	}

	@Override
	public void looked(CacheOutcome outcome, long nanos) {
		this.outcomes.incrementAndGet(outcome.ordinal());
		if (outcome != CacheOutcome.BYPASSED) {
			this.hitRatio += WEIGHT_OF_LATEST * (((outcome == CacheOutcome.MISS) ? 0 : 1) - this.hitRatio);
		}
		this.next.looked(outcome, nanos);
	}

	@Override
	public void evicted() {
		this.evictions.increment();
		this.next.evicted();
	}

	@Override
	public void failed() {
		this.failures.increment();
		this.next.failed();
	}

}
