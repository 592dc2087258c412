package io.modelserving.actuate;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.statistics.ModelStatistics;
import io.modelserving.serving.statistics.ModelStatistics.Figure;

/**
 * What has happened to the calls of a version since the application started.
 *
 * @param lastInference when a batch last succeeded, or {@code null} if none has
 * @param rows the number of rows that got a result
 * @param batches the number of batches that gave a result
 * @param success the calls that got a result, and their time from arrival to end
 * @param fail the calls that did not
 * @param queue the time that requests waited
 * @param computeInput the time to put batches together
 * @param computeInfer the time that the model ran
 * @param computeOutput the time to take results apart
 */
record StatisticsDescriptor(@Nullable Instant lastInference, long rows, long batches, Times success, Times fail,
		Times queue, Times computeInput, Times computeInfer, Times computeOutput) {

	static StatisticsDescriptor of(ModelStatistics statistics) {
		return new StatisticsDescriptor(statistics.lastInference(), statistics.inferenceCount(),
				statistics.executionCount(), Times.of(statistics.success()), Times.of(statistics.fail()),
				Times.of(statistics.queue()), Times.of(statistics.computeInput()), Times.of(statistics.computeInfer()),
				Times.of(statistics.computeOutput()));
	}

	/**
	 * How often something happened, and how long it took.
	 *
	 * @param count how often
	 * @param meanMicros how long each time, in microseconds
	 */
	record Times(long count, double meanMicros) {

		static Times of(Figure figure) {
			return new Times(figure.count(),
					(figure.count() > 0) ? (double) Math.round(figure.nanos() / 100.0 / figure.count()) / 10 : 0);
		}

	}

}
