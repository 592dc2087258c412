package io.modelserving.endpoint;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException;
import io.modelserving.openapi.Example;
import io.modelserving.serving.InferenceRequest.Origin;
import io.modelserving.serving.InferenceService;

/**
 * Makes sure that the examples of endpoints work, by treating them as requests: they are
 * written as JSON, read again, validated and encoded when the application starts, and run
 * on the model and decoded when that has been loaded.
 */
final class EndpointExamples {

	private final JsonMapper mapper;

	private final RequestChecks checks;

	EndpointExamples(JsonMapper mapper, RequestChecks checks) {
		this.mapper = mapper;
		this.checks = checks;
	}

	/**
	 * Check the example of an endpoint.
	 * @param endpoint the endpoint
	 * @throws InvalidModelEndpointException if it does not work
	 */
	void check(Endpoint<?, ?> endpoint) {
		request(endpoint);
	}

	/**
	 * Run the example of an endpoint on a version of the model.
	 * @param endpoint the endpoint
	 * @param service runs the model
	 * @param version the version
	 * @return completes when the response has been decoded, or if there is no example;
	 * fails with what went wrong
	 */
	<I, O> CompletableFuture<?> run(Endpoint<I, O> endpoint, InferenceService service, long version) {
		try {
			I request = request(endpoint);
			if (request != null && StreamedEndpoint.isFor(endpoint)) {
				return new ExampleStream<>(endpoint, service, version).run(request);
			}
			return (request != null)
					? EndpointCall.of(endpoint.handler(), service, endpoint.model(), version, Origin.EXAMPLE)
						.respond(request, Deadline.after(null, System.nanoTime()), null)
					: CompletableFuture.completedFuture(null);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private static <I> @Nullable I example(Endpoint<I, ?> endpoint) {
		try {
			return endpoint.example();
		}
		catch (RuntimeException ex) {
			throw wrong(endpoint, "%s.example threw %s".formatted(endpoint.handler().getClass().getName(), ex));
		}
	}

	/**
	 * Return the example as the API's documentation shows it.
	 * @param endpoint the endpoint
	 * @return the content of the JSON text: maps, lists and values; {@code null} if there
	 * is none
	 */
	@Nullable Object json(Endpoint<?, ?> endpoint) {
		Object example = endpoint.example();
		return (example != null) ? this.mapper.readValue(this.mapper.writeValueAsString(example), Object.class) : null;
	}

	/**
	 * Return the response to an example as the API's documentation shows it.
	 * @param endpoint the endpoint
	 * @param response the response
	 * @return the content of the JSON text, or {@code null} if the response is none
	 */
	@Nullable Example response(Endpoint<?, ?> endpoint, @Nullable Object response) {
		boolean stream = StreamedEndpoint.isFor(endpoint);
		if (response == null || (!stream && !ResponseBodies.areConverted(endpoint))) {
			return null;
		}
		try {
			JavaType event = this.mapper.constructType(endpoint.responseType().getType());
			JavaType type = stream ? this.mapper.getTypeFactory().constructCollectionType(List.class, event) : event;
			return Example
				.of(this.mapper.readValue(this.mapper.writerFor(type).writeValueAsBytes(response), Object.class));
		}
		catch (JacksonException ex) {
			// some other message converter may write it
			return null;
		}
	}

	/**
	 * Read and encode the example of an endpoint.
	 * @param endpoint the endpoint
	 * @return the example as a request, or {@code null} if there is none
	 * @throws InvalidModelEndpointException if it does not work
	 */
	private <I> @Nullable I request(Endpoint<I, ?> endpoint) {
		I example = example(endpoint);
		if (example == null) {
			return null;
		}
		try {
			JavaType type = this.mapper.constructType(endpoint.requestType().getType());
			I read = this.mapper.readValue(this.mapper.writeValueAsString(example), type);
			this.checks.check(read);
			if (endpoint.hasModel() && !StreamedEndpoint.isFor(endpoint)) {
				new HandlerCalls<>(endpoint.handler()).encode(read);
			}
			return read;
		}
		catch (RequestRejectedException ex) {
			throw wrong(endpoint, "it is not valid: " + ex.problem().members().getOrDefault("errors", ex.getMessage()));
		}
		catch (JacksonException ex) {
			throw wrong(endpoint, "it cannot be written as JSON and read again: " + ex.getOriginalMessage());
		}
		catch (InferenceException | HandlerFailedException ex) {
			throw wrong(endpoint, "it cannot be encoded: " + ex.getMessage());
		}
	}

	static InvalidModelEndpointException wrong(Endpoint<?, ?> endpoint, String reason) {
		return new InvalidModelEndpointException(
				"The example of the @ModelEndpoint bean \"%s\" does not work: %s".formatted(endpoint.beanName(),
						reason),
				"Let %s.example() return a request that succeeds, or have the endpoint start all the same with the property model-serving.endpoints.example-check (warn or off)"
					.formatted(endpoint.handler().getClass().getSimpleName()));
	}

}
