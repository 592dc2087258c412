package io.modelserving.actuate;

import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * What an operator wants to be done to a model.
 *
 * @param operation what is to be done
 * @param model the name of the model
 * @param version the version, or {@code null} for all of them
 * @param parameters what the operation needs to know, by name
 * @param principal the name of the operator, or {@code null} if it is not known
 */
record ManagementRequest(ManagementOperation operation, String model, @Nullable Long version,
		Map<String, String> parameters, @Nullable String principal) {

	ManagementRequest {
		parameters = new TreeMap<>(parameters);
	}

}
