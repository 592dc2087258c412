package io.modelserving.batching.admission;

import java.time.Duration;
import java.util.Locale;
import java.util.function.IntToLongFunction;

/**
 * Chooses the batches by which an objective is met. Pure: what runs cost and what arrives
 * are arguments.
 * <p>
 * The size is the largest of which two runs fit into the objective: a request that has
 * just missed a batch waits for it, and is then in the next (the rule of Nexus, Shen et
 * al., SOSP 2019). Where runs of one row do not fit either, it is the largest whose run
 * takes at most twice as long as theirs: smaller ones would be little earlier, and far
 * fewer requests would be completed. Instances that become free take what waits, which
 * fills batches under load without any delay. There is one only where the instances would
 * be nearly always busy with batches less than half full, a batch of twice the rows saves
 * a fifth of the time, and half of the objective is left all the same.
 *
 * @param objective the objective
 * @param mostRows the most rows that a batch may have
 * @param longestDelay the longest delay; zero for any
 */
public record ObjectivePolicy(LatencyObjective objective, int mostRows, Duration longestDelay) {

	/** Beyond that it is admission that makes up for what takes longer than predicted. */
	private static final double MOST_CAUTIOUS = 1.25;

	private static final int WORTH_ALONE = 2;

	private static final double BUSY = 0.8;

	private static final double WORTHWHILE = 0.2;

	/** A larger size is taken only if it is so by more, lest it go to and fro. */
	private static final double NOTEWORTHY = 1.125;

	/**
	 * Choose.
	 * @param load what is known of the load
	 * @param chosen the size that was chosen before, 0 if none was
	 * @return the size and the delay
	 */
	public Choice choose(Load load, int chosen) {
		if (!load.costs().isKnown()) {
			return new Choice(this.mostRows, Duration.ZERO, "nothing is known yet of what a run costs");
		}
		double factor = Math.max(1, Math.min(MOST_CAUTIOUS, load.factor()));
		IntToLongFunction cost = rows -> (long) (factor * load.costs().nanosFor(rows));
		int rows = largest(cost);
		if (fits(chosen, cost) && rows < chosen * NOTEWORTHY) {
			rows = chosen;
		}
		long delay = delay(load, cost, rows);
		return new Choice(rows, Duration.ofNanos(delay), reason(rows, delay, cost));
	}

	private int largest(IntToLongFunction cost) {
		int rows = this.mostRows;
		while (rows > 1 && !fits(rows, cost)) {
			rows--;
		}
		return rows;
	}

	private boolean fits(int rows, IntToLongFunction cost) {
		long alone = cost.applyAsLong(1);
		long longest = (2 * alone <= this.objective.targetNanos()) ? this.objective.targetNanos() / 2
				: WORTH_ALONE * alone;
		return rows > 0 && rows <= this.mostRows && cost.applyAsLong(rows) <= longest;
	}

	private long delay(Load load, IntToLongFunction cost, int limit) {
		double nanosPerRow = 1e9 / Math.max(1e-9, load.rowsPerSecond());
		int natural = 1;
		while (natural < limit && cost.applyAsLong(natural) > natural * nanosPerRow * load.instances()) {
			natural++;
		}
		int wanted = Math.min(limit, 2 * natural);
		boolean busy = cost.applyAsLong(natural) >= BUSY * natural * nanosPerRow * load.instances();
		boolean saves = cost.applyAsLong(wanted) * (double) natural <= (1 - WORTHWHILE) * wanted
				* cost.applyAsLong(natural);
		long delay = (long) (wanted * nanosPerRow);
		boolean slack = delay + 2 * cost.applyAsLong(wanted) <= this.objective.targetNanos() / 2;
		if (!busy || 2 * natural > limit || !saves || !slack) {
			return 0;
		}
		return this.longestDelay.isZero() ? delay : Math.min(delay, this.longestDelay.toNanos());
	}

	private String reason(int rows, long delay, IntToLongFunction cost) {
		String two = "two runs of %d take %s of the %s to plan with".formatted(rows, text(2 * cost.applyAsLong(rows)),
				text(this.objective.targetNanos()));
		String size;
		if (cost.applyAsLong(1) > this.objective.targetNanos()) {
			size = "the objective cannot be met: a run of one row takes %s, and %s are to plan with; one of %d takes %s"
				.formatted(text(cost.applyAsLong(1)), text(this.objective.targetNanos()), rows,
						text(cost.applyAsLong(rows)));
		}
		else if (rows == this.mostRows) {
			size = "batches are as large as they may be; " + two;
		}
		else {
			size = "a request that has just missed a batch waits for it and is in the next; " + two;
		}
		return size + ((delay == 0) ? "" : "; requests wait for others, since batches would be small and as costly");
	}

	private static String text(long nanos) {
		return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
	}

	/**
	 * What is known of the load.
	 *
	 * @param costs what runs cost
	 * @param instances the number of instances
	 * @param rowsPerSecond the rows that have arrived lately
	 * @param factor by how much calls take longer than predicted
	 */
	public record Load(RunCosts costs, int instances, double rowsPerSecond, double factor) {
	}

	/**
	 * What was chosen.
	 *
	 * @param maxBatchSize the most rows of a batch
	 * @param maxQueueDelay the delay
	 * @param reason why
	 */
	public record Choice(int maxBatchSize, Duration maxQueueDelay, String reason) {
	}

}
