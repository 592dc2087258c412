package io.modelserving.actuate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Event of an application that serves models: an operator has managed a model, or tried
 * to.
 *
 * @param operation what was to be done
 * @param model the name of the model
 * @param version the version, or {@code null} for all of them
 * @param parameters the parameters of the operation, by name
 * @param principal the name of the operator, or {@code null} if it is not known
 * @param outcome what came of it: {@code done}, {@code pending}, or {@code failed} with
 * the reason
 */
public record ModelManagementEvent(ManagementOperation operation, String model, @Nullable Long version,
		Map<String, String> parameters, @Nullable String principal, String outcome) {

	public ModelManagementEvent {
		parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
	}

}
