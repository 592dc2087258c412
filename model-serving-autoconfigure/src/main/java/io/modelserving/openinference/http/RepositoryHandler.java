package io.modelserving.openinference.http;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.modelserving.codec.JsonProblems;
import io.modelserving.codec.RequestBounds;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.openinference.RepositoryControl;
import io.modelserving.serving.RepositoryReadOnlyException;
import io.modelserving.web.BodyBounds;
import io.modelserving.web.RequestExecution;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Says what is in the repository, and loads and unloads. Bodies are optional, and
 * whatever media type they claim to be they are JSON. No thread waits for a model.
 */
final class RepositoryHandler {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private final RepositoryControl repository;

	/** What no body needs more of that brings no files. */
	private static final long SMALL = 64 << 10;

	private final BodyBounds bounds;

	private final RequestExecution execution;

	RepositoryHandler(RepositoryControl repository, BodyBounds bounds, RequestExecution execution) {
		this.repository = repository;
		this.bounds = bounds;
		this.execution = execution;
	}

	ServerResponse index(ServerRequest request) {
		JsonNode ready = smallBody(request).path("ready");
		if (!ready.isMissingNode() && !ready.isBoolean()) {
			throw new InvalidInput("ready is %s; true or false is needed".formatted(ready.getNodeType()));
		}
		return JsonBodies.ok(this.repository.index(ready.asBoolean(false)));
	}

	ServerResponse load(ServerRequest request) {
		requireAllowed(request);
		String model = request.pathVariable(ModelPath.MODEL);
		return respond(request, this.repository.load(model, parameters(body(request, this.bounds))),
				Map.of("name", model, "load", true));
	}

	ServerResponse unload(ServerRequest request) {
		requireAllowed(request);
		String model = request.pathVariable(ModelPath.MODEL);
		parameters(smallBody(request));
		return respond(request, this.repository.unload(model), Map.of("name", model, "unload", true));
	}

	private void requireAllowed(ServerRequest request) {
		this.repository.requireAllowed();
		if (ForeignPages.mayHaveSent(request.servletRequest())) {
			throw new RepositoryReadOnlyException(
					"a page of another origin may load and unload models only with Content-Type application/json, which browsers ask about first");
		}
	}

	private ServerResponse respond(ServerRequest request, CompletableFuture<Void> done, Map<String, Object> body) {
		// a client that has gone does not end the loading
		return this.execution.respond(request.servletRequest(), done.copy(),
				(none, failure) -> (failure != null) ? ErrorResponses.of(failure) : JsonBodies.ok(body));
	}

	private static Map<String, Object> parameters(JsonNode body) {
		JsonNode parameters = body.path("parameters");
		if (!parameters.isMissingNode() && !parameters.isObject()) {
			throw new InvalidInput("parameters is %s; an object is needed".formatted(parameters.getNodeType()));
		}
		RequestBounds.requireParameters(parameters.size());
		Map<String, Object> values = new LinkedHashMap<>();
		parameters.properties().forEach((parameter) -> {
			JsonNode value = parameter.getValue();
			values.put(parameter.getKey(), value.isString() ? value.stringValue() : value);
		});
		return values;
	}

	private JsonNode smallBody(ServerRequest request) {
		try {
			return body(request, new BodyBounds(Math.min(SMALL, this.bounds.maxBytes()), this.bounds.maxRatio()));
		}
		catch (RequestTooLarge ex) {
			throw (this.bounds.maxBytes() <= SMALL) ? ex : new RequestTooLarge(
					"the body is larger than %d bytes, which are all that this path takes".formatted(SMALL));
		}
	}

	private static JsonNode body(ServerRequest request, BodyBounds bounds) {
		byte[] json = read(request, bounds);
		if (json.length == 0) {
			return MAPPER.createObjectNode();
		}
		try {
			JsonNode body = MAPPER.readTree(json);
			if (body.isObject()) {
				return body;
			}
		}
		catch (JacksonException ex) {
			throw new InvalidInput("the body is not JSON: " + JsonProblems.describe(ex), ex);
		}
		throw new InvalidInput("the body must be an object");
	}

	private static byte[] read(ServerRequest request, BodyBounds bounds) {
		try (RequestBody body = RequestBody.open(request.servletRequest(), bounds)) {
			return body.readAllBytes();
		}
		catch (IOException ex) {
			throw new InvalidInput("the body breaks off", ex);
		}
	}

}
