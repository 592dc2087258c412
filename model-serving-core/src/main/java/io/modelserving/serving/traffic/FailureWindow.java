package io.modelserving.serving.traffic;

import java.util.BitSet;

/**
 * How the last calls of a version ended, of which a {@link Rollback} decides. Not
 * thread-safe.
 */
public final class FailureWindow {

	private final Rollback rule;

	private final BitSet failed;

	private int next;

	private int calls;

	private int failures;

	public FailureWindow(Rollback rule) {
		this.rule = rule;
		this.failed = new BitSet(rule.window());
	}

	/**
	 * Add a call, in the place of the oldest if the window is full.
	 * @param failure whether it failed
	 * @return whether too many have failed
	 */
	public boolean add(boolean failure) {
		this.failures += (failure ? 1 : 0) - (this.failed.get(this.next) ? 1 : 0);
		this.failed.set(this.next, failure);
		this.next = (this.next + 1) % this.rule.window();
		this.calls = Math.min(this.calls + 1, this.rule.window());
		return this.calls >= this.rule.minimumCalls() && this.failures > this.rule.failureRatio() * this.calls;
	}

	public int calls() {
		return this.calls;
	}

	public int failures() {
		return this.failures;
	}

}
