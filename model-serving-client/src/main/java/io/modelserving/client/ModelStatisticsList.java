package io.modelserving.client;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The figures of some models.
 *
 * @param models one entry for each version
 */
public record ModelStatisticsList(@JsonProperty("model_stats") List<ModelStatistics> models) {

	public ModelStatisticsList {
		models = List.copyOf(models);
	}

}
