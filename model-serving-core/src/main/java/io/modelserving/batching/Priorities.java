package io.modelserving.batching;

import java.time.Duration;

import io.modelserving.model.InferenceException.InvalidInput;

/**
 * Decides in which order calls leave the queue. Level 1 goes first. A call is treated as
 * if it had arrived later by {@code ageing} for each level below the first, and calls go
 * by that time. So nothing starves: a call of level {@code n} is passed only by calls
 * that arrive less than {@code n - 1} times {@code ageing} after it. Pure.
 *
 * @param levels the number of levels, at least 1
 * @param defaultLevel the level of calls that name none
 * @param ageing the time of waiting that makes up for one level, longer than zero
 */
public record Priorities(int levels, int defaultLevel, Duration ageing) {

	/** Waiting that makes up for one level, where nothing else is said. */
	public static final Duration DEFAULT_AGEING = Duration.ofSeconds(5);

	private static final int MOST_LEVELS = 100;

	private static final Duration LONGEST_AGEING = Duration.ofDays(1);

	/** One level for all calls: they go in the order they came. */
	public static final Priorities NONE = new Priorities(1, 1, DEFAULT_AGEING);

	public Priorities {
		if (levels < 1 || levels > MOST_LEVELS) {
			throw new IllegalArgumentException(
					"priority-levels is %d; it must be at least 1 and at most %d".formatted(levels, MOST_LEVELS));
		}
		if (defaultLevel < 1 || defaultLevel > levels) {
			throw new IllegalArgumentException(
					"default-priority is %d; it must be at least 1 and at most priority-levels, %d"
						.formatted(defaultLevel, levels));
		}
		if (ageing.isNegative() || ageing.isZero() || ageing.compareTo(LONGEST_AGEING) > 0) {
			throw new IllegalArgumentException(
					"priority-ageing is %s; it must be longer than 0 and at most a day".formatted(ageing));
		}
	}

	/**
	 * Return the level of a call.
	 * @param priority the level that it names, or 0 if it names none
	 * @return a level there is
	 * @throws InvalidInput if it names one that does not exist
	 */
	public int level(int priority) {
		if (priority == 0) {
			return this.defaultLevel;
		}
		if (priority < 0 || priority > this.levels) {
			throw new InvalidInput(
					"priority is %d; it must be at least 1, which goes first, and at most %d (batching.priority-levels), or 0 for %d"
						.formatted(priority, this.levels, this.defaultLevel));
		}
		return priority;
	}

	/**
	 * Return the nanosecond time by which a call has its turn among others.
	 * @param level its level
	 * @param arrival the nanosecond time of its arrival
	 * @return the time, to be compared by difference; the earliest goes first
	 */
	long rank(int level, long arrival) {
		return (level == 1) ? arrival : arrival + (level - 1) * this.ageing.toNanos();
	}

}
