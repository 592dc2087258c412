package io.modelserving.codec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An output that a caller asks for.
 *
 * @param name the name
 * @param parameters what the caller says about it; strings, numbers and booleans
 */
public record RequestedOutput(String name, Map<String, Object> parameters) {

	public RequestedOutput {
		parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
	}

}
