package io.modelserving.openinference.http;

import io.modelserving.openinference.ModelLookup;
import org.jspecify.annotations.Nullable;

import org.springframework.web.servlet.function.ServerRequest;

/**
 * The model that a path names.
 *
 * @param model the name
 * @param version the version, or {@code null} for the default one
 */
record ModelPath(String model, @Nullable Long version) {

	static final String MODEL = "model";

	static final String VERSION = "version";

	static ModelPath of(ServerRequest request, ModelLookup models) {
		return of(request.pathVariable(MODEL), request.pathVariables().get(VERSION), models);
	}

	static ModelPath of(String model, @Nullable String version, ModelLookup models) {
		return new ModelPath(model, models.version(model, version));
	}

}
