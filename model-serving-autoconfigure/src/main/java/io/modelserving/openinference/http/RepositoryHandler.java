package io.modelserving.openinference.http;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.openinference.RepositoryControl;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.unit.DataSize;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Says what is in the repository, and loads and unloads. Bodies are optional, and
 * whatever media type they claim to be they are JSON. No thread waits for a model.
 */
final class RepositoryHandler {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private final RepositoryControl repository;

	private final DataSize maxRequestSize;

	private final Duration asyncTimeout;

	RepositoryHandler(RepositoryControl repository, DataSize maxRequestSize, Duration asyncTimeout) {
		this.repository = repository;
		this.maxRequestSize = maxRequestSize;
		this.asyncTimeout = asyncTimeout;
	}

	ServerResponse index(ServerRequest request) {
		JsonNode ready = body(request).path("ready");
		if (!ready.isMissingNode() && !ready.isBoolean()) {
			throw new InvalidInput("ready is %s; true or false is needed".formatted(ready));
		}
		return JsonBodies.ok(this.repository.index(ready.asBoolean(false)));
	}

	ServerResponse load(ServerRequest request) {
		this.repository.requireAllowed();
		String model = request.pathVariable(ModelPath.MODEL);
		return answerLater(this.repository.load(model, parameters(body(request))), Map.of("name", model, "load", true));
	}

	ServerResponse unload(ServerRequest request) {
		this.repository.requireAllowed();
		String model = request.pathVariable(ModelPath.MODEL);
		parameters(body(request));
		return answerLater(this.repository.unload(model), Map.of("name", model, "unload", true));
	}

	private ServerResponse answerLater(CompletableFuture<Void> done, Map<String, Object> body) {
		CompletableFuture<ServerResponse> response = done.thenApply((none) -> JsonBodies.ok(body))
			.exceptionally(ErrorResponses::of);
		return response.isDone() ? response.join() : ServerResponse.async(response, this.asyncTimeout);
	}

	private static Map<String, Object> parameters(JsonNode body) {
		JsonNode parameters = body.path("parameters");
		if (!parameters.isMissingNode() && !parameters.isObject()) {
			throw new InvalidInput("parameters is %s; an object is needed".formatted(parameters.getNodeType()));
		}
		Map<String, Object> values = new LinkedHashMap<>();
		parameters.properties().forEach((parameter) -> {
			JsonNode value = parameter.getValue();
			values.put(parameter.getKey(), value.isString() ? value.stringValue() : value);
		});
		return values;
	}

	private JsonNode body(ServerRequest request) {
		byte[] json = read(request);
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
			throw new InvalidInput("the body is not JSON: " + ex.getOriginalMessage(), ex);
		}
		throw new InvalidInput("the body must be an object");
	}

	private byte[] read(ServerRequest request) {
		try (RequestBody body = RequestBody.open(request.servletRequest(), this.maxRequestSize.toBytes())) {
			return body.content().readAllBytes();
		}
		catch (IOException ex) {
			throw new InvalidInput("the body breaks off", ex);
		}
	}

}
