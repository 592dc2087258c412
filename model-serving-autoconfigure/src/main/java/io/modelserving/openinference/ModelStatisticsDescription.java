package io.modelserving.openinference;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.modelserving.model.ModelKey;
import io.modelserving.serving.statistics.ModelStatistics;
import io.modelserving.serving.statistics.ModelStatistics.BatchFigures;
import io.modelserving.serving.statistics.ModelStatistics.Figure;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * What has happened to one version of a model, by the names that the statistics extension
 * has.
 *
 * @param name the name of the model
 * @param version the version
 * @param lastInference when a batch last succeeded, in milliseconds since 1970; 0 if none
 * has
 * @param inferenceCount the number of rows that got a result
 * @param executionCount the number of batches that gave a result
 * @param inferenceStats the outcomes of the calls, and where their time was spent
 * @param responseStats always empty: no model gives more than one result
 * @param batchStats the batches, by their number of rows
 * @param memoryUsage always empty: the runtime does not tell
 */
@JsonNaming(SnakeCaseStrategy.class)
public record ModelStatisticsDescription(String name, String version, long lastInference, long inferenceCount,
		long executionCount, Calls inferenceStats, Map<String, Object> responseStats, List<Batch> batchStats,
		List<Object> memoryUsage) {

	/**
	 * Describe what has happened to a version.
	 * @param key the model and version
	 * @param statistics the figures
	 * @return the description
	 */
	static ModelStatisticsDescription of(ModelKey key, ModelStatistics statistics) {
		List<Batch> batches = statistics.batches()
			.entrySet()
			.stream()
			.map((batch) -> Batch.of(batch.getKey(), batch.getValue()))
			.toList();
		return new ModelStatisticsDescription(key.name(), Long.toString(key.version()),
				epochMillis(statistics.lastInference()), statistics.inferenceCount(), statistics.executionCount(),
				Calls.of(statistics), Map.of(), batches, List.of());
	}

	private static long epochMillis(@Nullable Instant instant) {
		return (instant != null) ? instant.toEpochMilli() : 0;
	}

	/**
	 * The outcomes of the calls, and where their time was spent.
	 *
	 * @param success the calls that got a result
	 * @param fail the calls that did not
	 * @param queue the time that they waited
	 * @param computeInput the time to put their batches together
	 * @param computeInfer the time that the model ran
	 * @param computeOutput the time to take the results apart
	 * @param cacheHit the time to find a result that was there, or was about to be
	 * @param cacheMiss the time to find out that there was none
	 */
	@JsonNaming(SnakeCaseStrategy.class)
	public record Calls(Duration success, Duration fail, Duration queue, Duration computeInput, Duration computeInfer,
			Duration computeOutput, Duration cacheHit, Duration cacheMiss) {

		private static Calls of(ModelStatistics statistics) {
			return new Calls(Duration.of(statistics.success()), Duration.of(statistics.fail()),
					Duration.of(statistics.queue()), Duration.of(statistics.computeInput()),
					Duration.of(statistics.computeInfer()), Duration.of(statistics.computeOutput()),
					Duration.of(statistics.cacheHit()), Duration.of(statistics.cacheMiss()));
		}

	}

	/**
	 * Batches of one size.
	 *
	 * @param batchSize the number of rows
	 * @param computeInput the time to put them together
	 * @param computeInfer the time that the model ran
	 * @param computeOutput the time to take their results apart
	 */
	@JsonNaming(SnakeCaseStrategy.class)
	public record Batch(int batchSize, Duration computeInput, Duration computeInfer, Duration computeOutput) {

		private static Batch of(int rows, BatchFigures figures) {
			return new Batch(rows, Duration.of(figures.computeInput()), Duration.of(figures.computeInfer()),
					Duration.of(figures.computeOutput()));
		}

	}

	/**
	 * How often something happened, and how long it took.
	 *
	 * @param count how often
	 * @param ns how long in all, in nanoseconds
	 */
	public record Duration(long count, long ns) {

		private static Duration of(Figure figure) {
			return new Duration(figure.count(), figure.nanos());
		}

	}

}
