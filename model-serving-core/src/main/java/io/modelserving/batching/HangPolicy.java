package io.modelserving.batching;

import java.time.Duration;

/**
 * Decides what is done about a run that does not end after it was terminated. Pure.
 *
 * @param grace the time that a run has to end after it was terminated, before its
 * instance counts as hung; longer than zero
 */
public record HangPolicy(Duration grace) {

	/** What there is where nothing else is said. */
	public static final HangPolicy DEFAULT = new HangPolicy(Duration.ofSeconds(5));

	public HangPolicy {
		if (grace.isNegative() || grace.isZero()) {
			throw new IllegalArgumentException("termination-grace is %s; it must be longer than 0".formatted(grace));
		}
	}

	/**
	 * Decide whether a hung instance is replaced. At most as many threads hang beside the
	 * instances as there are instances, so that no caller can have more and more of them
	 * started.
	 * @param instances the wanted number of instances
	 * @param replaced the number of hung instances that were replaced and hang still
	 * @return whether one more is replaced
	 */
	boolean mayReplace(int instances, int replaced) {
		return replaced < instances;
	}

}
