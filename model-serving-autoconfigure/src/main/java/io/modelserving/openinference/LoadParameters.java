package io.modelserving.openinference;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

import io.modelserving.codec.JsonProblems;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Quoted;
import io.modelserving.serving.ModelRepository.LoadOverrides;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the settings that a caller overrides for a model that it loads.
 */
final class LoadParameters {

	private static final String CONFIG = "config";

	private static final String FILE = "file:";

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private LoadParameters() {
	}

	/**
	 * Read parameters.
	 * @param parameters the parameters, by name
	 * @return the overrides
	 * @throws InvalidInput if one makes no sense, or there are files without a
	 * configuration, which the protocol wants
	 */
	static LoadOverrides read(Map<String, Object> parameters) {
		Map<String, Object> config = Map.of();
		Map<String, byte[]> files = new LinkedHashMap<>();
		for (Map.Entry<String, Object> parameter : parameters.entrySet()) {
			if (parameter.getKey().equals(CONFIG)) {
				config = config(parameter.getValue());
			}
			else if (parameter.getKey().startsWith(FILE)) {
				files.put(parameter.getKey().substring(FILE.length()), file(parameter.getKey(), parameter.getValue()));
			}
		}
		if (!files.isEmpty() && !parameters.containsKey(CONFIG)) {
			throw new InvalidInput("parameter \"%s\" is needed where there are files; {} will do".formatted(CONFIG));
		}
		return new LoadOverrides(config, files);
	}

	private static Map<String, Object> config(Object value) {
		if (value instanceof String json) {
			try {
				Map<String, Object> config = MAPPER.readValue(json, new TypeReference<Map<String, Object>>() {
				});
				if (config != null) {
					config.values().removeIf((setting) -> setting == null);
					return config;
				}
			}
			catch (JacksonException ex) {
				throw notAnObject(JsonProblems.describe(ex));
			}
		}
		throw notAnObject("it is " + Quoted.text(value));
	}

	private static InvalidInput notAnObject(String why) {
		return new InvalidInput(
				"parameter \"%s\" must be a string that holds an object in JSON: %s".formatted(CONFIG, why));
	}

	private static byte[] file(String name, Object value) {
		if (value instanceof byte[] bytes) {
			return bytes;
		}
		if (value instanceof String base64) {
			try {
				return Base64.getDecoder().decode(base64);
			}
			catch (IllegalArgumentException ex) {
				throw new InvalidInput(
						"parameter %s is not in Base64: %s".formatted(Quoted.name(name), Quoted.text(ex.getMessage())),
						ex);
			}
		}
		throw new InvalidInput("parameter %s is %s; the content of the file is needed".formatted(Quoted.name(name),
				Quoted.text(value)));
	}

}
