package io.modelserving.client;

import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Settings and files that replace those of the server's repository when it loads a model.
 *
 * @param parameters the parameters of the protocol: {@code config}, JSON as text, and
 * {@code file:<path>}, Base64
 */
public record LoadOverrides(Map<String, String> parameters) {

	public LoadOverrides {
		parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
	}

	/**
	 * Load with settings of the caller's.
	 * @param config the model's configuration, JSON as servers of the protocol's
	 * extensions know it
	 * @return the overrides
	 */
	public static LoadOverrides config(String config) {
		return new LoadOverrides(Map.of("config", config));
	}

	/**
	 * Load a file of the caller's too.
	 * @param path where it would lie in the model's directory, such as
	 * {@code 1/model.onnx}
	 * @param content the content
	 * @return new overrides
	 */
	public LoadOverrides withFile(String path, byte[] content) {
		Map<String, String> more = new LinkedHashMap<>(this.parameters);
		more.put("file:" + path, Base64.getEncoder().encodeToString(content));
		return new LoadOverrides(more);
	}

}
