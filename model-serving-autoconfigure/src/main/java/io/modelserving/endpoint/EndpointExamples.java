package io.modelserving.endpoint;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

import io.modelserving.model.InferenceException;
import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.NamedTensors;

/**
 * Makes sure that the examples of endpoints work, by treating them as requests: what the
 * API's documentation shows has been written as JSON, read again, validated and encoded.
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
		inputs(endpoint);
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
	 * Encode the example of an endpoint.
	 * @param endpoint the endpoint
	 * @return the inputs of each item, empty if there is no example
	 * @throws InvalidModelEndpointException if it does not work
	 */
	<I> Optional<List<NamedTensors>> inputs(Endpoint<I, ?> endpoint) {
		I example = endpoint.example();
		if (example == null) {
			return Optional.empty();
		}
		try {
			JavaType type = this.mapper.constructType(endpoint.requestType().getType());
			I read = this.mapper.readValue(this.mapper.writeValueAsString(example), type);
			this.checks.check(read);
			return Optional.of(new HandlerCalls<>(endpoint.handler()).encode(read));
		}
		catch (RequestRefusedException ex) {
			throw wrong(endpoint, "it is not valid: " + ex.problem().members().getOrDefault("errors", ex.getMessage()));
		}
		catch (JacksonException ex) {
			throw wrong(endpoint, "it cannot be written as JSON and read again: " + ex.getOriginalMessage());
		}
		catch (InferenceException | HandlerFailedException ex) {
			throw wrong(endpoint, "it cannot be encoded: " + ex.getMessage());
		}
	}

	/**
	 * Compare the example of an endpoint with what its model takes.
	 * @param endpoint the endpoint
	 * @param signature the signature of the model
	 * @return what is wrong, empty if all is well or there is no example
	 */
	Optional<String> mismatch(Endpoint<?, ?> endpoint, ModelSignature signature) {
		try {
			inputs(endpoint).ifPresent((items) -> items.forEach(signature::check));
			return Optional.empty();
		}
		catch (InferenceException | InvalidModelEndpointException ex) {
			return Optional.of("The example of the @ModelEndpoint bean \"%s\" does not suit the model: %s"
				.formatted(endpoint.beanName(), ex.getMessage()));
		}
	}

	private static InvalidModelEndpointException wrong(Endpoint<?, ?> endpoint, String reason) {
		return new InvalidModelEndpointException(
				"The example of the @ModelEndpoint bean \"%s\" does not work: %s".formatted(endpoint.beanName(),
						reason),
				"Let %s.example() return a request that succeeds"
					.formatted(endpoint.handler().getClass().getSimpleName()));
	}

}
