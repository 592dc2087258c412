package io.modelserving.tuning;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What was measured.
 *
 * @param rowsPerSecond the rows completed in a second
 * @param medianNanos the median time of a request, waiting included
 * @param p99Nanos the 99th percentile of the same
 * @param meanBatchRows the rows of a batch, on average
 * @param requests the number of requests that the figures are of
 */
public record Figures(double rowsPerSecond, long medianNanos, long p99Nanos, double meanBatchRows, long requests) {

	/**
	 * Return the median of each figure, and the sum of the requests.
	 * @param rounds what was measured in turn, once at least
	 * @return one for all
	 */
	static Figures medianOf(List<Figures> rounds) {
		return new Figures(median(rounds, Figures::rowsPerSecond), (long) median(rounds, Figures::medianNanos),
				(long) median(rounds, Figures::p99Nanos), median(rounds, Figures::meanBatchRows),
				rounds.stream().mapToLong(Figures::requests).sum());
	}

	private static double median(List<Figures> rounds, ToDoubleFunction<Figures> figure) {
		double[] values = rounds.stream().mapToDouble(figure).toArray();
		Arrays.sort(values);
		int middle = values.length / 2;
		return (values.length % 2 == 1) ? values[middle] : (values[middle - 1] + values[middle]) / 2;
	}

}
