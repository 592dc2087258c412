package io.modelserving.serving.traffic;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Counts the outcomes of copies, and bounds how many are under way. Thread-safe, without
 * a lock.
 */
public final class ShadowCounts {

	private final int maxInflight;

	private final AtomicInteger inflight = new AtomicInteger();

	private final AtomicLongArray counts = new AtomicLongArray(ShadowOutcome.values().length);

	private volatile String lastDifference = "";

	private volatile String lastFailure = "";

	/**
	 * Create the counts.
	 * @param maxInflight the most copies that may be under way
	 */
	public ShadowCounts(int maxInflight) {
		this.maxInflight = maxInflight;
	}

	/**
	 * Begin a copy.
	 * @return whether there is room; if so, it must be ended
	 */
	public boolean begin() {
		if (this.inflight.incrementAndGet() > this.maxInflight) {
			this.inflight.decrementAndGet();
			return false;
		}
		return true;
	}

	public void end() {
		this.inflight.decrementAndGet();
	}

	public void count(ShadowOutcome outcome, String detail) {
		this.counts.incrementAndGet(outcome.ordinal());
		if (outcome == ShadowOutcome.DIFFERED) {
			this.lastDifference = detail;
		}
		if (outcome == ShadowOutcome.FAILED) {
			this.lastFailure = detail;
		}
	}

	public ShadowFigures figures() {
		Map<ShadowOutcome, Long> figures = Arrays.stream(ShadowOutcome.values())
			.collect(Collectors.toMap(Function.identity(), outcome -> this.counts.get(outcome.ordinal())));
		return new ShadowFigures(figures, this.inflight.get(), this.lastDifference, this.lastFailure);
	}

}
