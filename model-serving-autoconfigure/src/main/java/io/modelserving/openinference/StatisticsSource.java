package io.modelserving.openinference;

import java.util.List;

import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.ModelKey;
import io.modelserving.serving.statistics.ModelStatistics;
import org.jspecify.annotations.Nullable;

/**
 * Knows what has happened to models. Thread-safe.
 */
@FunctionalInterface
public interface StatisticsSource {

	/**
	 * Return what has happened to one version of a model.
	 * @param key the model and version
	 * @return the figures
	 */
	ModelStatistics statistics(ModelKey key);

	/**
	 * Describe what has happened to models.
	 * @param models finds them
	 * @param model the name, or {@code null} for all models
	 * @param version the version, or {@code null} for all
	 * @return one description for each version
	 * @throws ModelNotFound if there is none of that name or version
	 */
	default List<ModelStatisticsDescription> describe(ModelLookup models, @Nullable String model,
			@Nullable Long version) {
		return models.keys(model, version)
			.stream()
			.map((key) -> ModelStatisticsDescription.of(key, statistics(key)))
			.toList();
	}

}
