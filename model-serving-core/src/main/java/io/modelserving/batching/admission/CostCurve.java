package io.modelserving.batching.admission;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * What a run costs, by its number of rows, as measured on this machine.
 *
 * @param points the measurements, by ascending number of rows; may be empty
 */
public record CostCurve(List<Point> points) {

	/** A curve that nothing is known of. */
	public static final CostCurve UNKNOWN = new CostCurve(List.of());

	/**
	 * Rows that share a run wait for each other, and measurements are never quite right:
	 * batches are worth it if they save at least this share of the cost of a row.
	 */
	private static final double WORTHWHILE = 0.20;

	/** Costs this far apart count as the same when a size is chosen. */
	private static final double NEARLY = 0.10;

	/**
	 * The share of a measurement that may be time which something else took: on two
	 * cores, a size that was measured during the start took up to two fifths too long.
	 */
	private static final double DISTURBED = 0.40;

	private static final int HOPELESS_SIZES = 3;

	public CostCurve {
		points = points.stream().sorted(Comparator.comparingInt(Point::rows)).toList();
	}

	public boolean isKnown() {
		return !this.points.isEmpty();
	}

	/**
	 * Return the smallest batch size that is nearly as cheap per row as the cheapest.
	 * @return a measured number of rows whose cost per row is within a tenth of the
	 * least; 1 if no size makes a row a fifth cheaper than the smallest does, or if
	 * nothing was measured
	 */
	public int recommendedBatchSize() {
		double least = leastNanosPerRow(this.points);
		if (!isKnown() || least > this.points.get(0).nanosPerRow() * (1 - WORTHWHILE)) {
			return 1;
		}
		return this.points.stream()
			.filter(point -> point.nanosPerRow() * (1 - NEARLY) <= least)
			.mapToInt(Point::rows)
			.findFirst()
			.orElse(1);
	}

	/**
	 * Return the sizes among which a better measurement could make the choice.
	 * @return the recommended size, and the larger ones that would cost no more per row
	 * if two fifths of what was measured had been a disturbance, ascending
	 */
	public List<Integer> contenders() {
		int recommended = recommendedBatchSize();
		return this.points.stream()
			.filter(point -> point.rows() >= recommended)
			.filter(point -> point.nanosPerRow() * (1 - DISTURBED) * recommended <= nanosFor(recommended))
			.map(Point::rows)
			.toList();
	}

	/**
	 * Return whether there is little hope that larger batches pay.
	 * @return whether none of the last {@code 3} sizes makes a row a tenth cheaper than
	 * the cheapest size before them does; a smaller gain makes no other choice
	 */
	public boolean hasLevelledOff() {
		int before = this.points.size() - HOPELESS_SIZES;
		return before > 0 && leastNanosPerRow(this.points.subList(before, this.points.size())) > (1 - NEARLY)
				* leastNanosPerRow(this.points.subList(0, before));
	}

	private static double leastNanosPerRow(List<Point> points) {
		return points.stream().mapToDouble(Point::nanosPerRow).min().orElse(0);
	}

	/**
	 * Estimate the cost of a run.
	 * @param rows the number of rows, at least 1
	 * @return the time in nanoseconds, interpolated between the measurements and
	 * proportional beyond the last; 0 if nothing was measured
	 */
	public long nanosFor(int rows) {
		Point below = null;
		for (Point point : this.points) {
			if (point.rows() >= rows) {
				return (below == null) ? point.nanos() : below.interpolate(point, rows);
			}
			below = point;
		}
		return (below == null) ? 0 : (long) (below.nanosPerRow() * rows);
	}

	/**
	 * One measurement.
	 *
	 * @param rows the number of rows
	 * @param nanos the time of the fastest run, in nanoseconds
	 */
	public record Point(int rows, long nanos) {

		public double nanosPerRow() {
			return (double) this.nanos / this.rows;
		}

		private long interpolate(Point above, int rows) {
			return this.nanos + (above.nanos - this.nanos) * (rows - this.rows) / (above.rows - this.rows);
		}

		@Override
		public String toString() {
			return "%d rows: %s".formatted(this.rows, Duration.ofNanos(this.nanos));
		}

	}

}
