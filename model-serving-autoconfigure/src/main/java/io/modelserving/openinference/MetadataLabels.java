package io.modelserving.openinference;

import java.util.List;

import io.modelserving.model.ModelKey;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Labels from the property {@code labels} of a model's file: one per line, or an array in
 * JSON.
 *
 * @param registry knows the models
 */
public record MetadataLabels(ModelRegistry registry) implements OutputLabels {

	private static final String PROPERTY = "labels";

	@Override
	public List<String> labels(ModelKey model, String output) {
		ModelDetails details = this.registry.find(model).map(ModelSnapshot::details).orElse(null);
		String labels = (details != null) ? details.metadata().properties().get(PROPERTY) : null;
		return (labels != null) ? parse(labels.strip()) : List.of();
	}

	private static List<String> parse(String labels) {
		if (labels.startsWith("[")) {
			try {
				return JsonMapper.shared().readValue(labels, new TypeReference<List<String>>() {
				});
			}
			catch (JacksonException ex) {
				// a label that begins with a bracket
			}
		}
		return labels.lines().map(String::strip).toList();
	}

}
