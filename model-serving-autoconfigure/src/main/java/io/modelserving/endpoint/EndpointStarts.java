package io.modelserving.endpoint;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.ModelKey;
import io.modelserving.serving.InferenceService;

/**
 * Starts endpoints by running their examples on their models. Thread-safe.
 */
final class EndpointStarts {

	private static final Logger logger = LoggerFactory.getLogger(EndpointStarts.class);

	private final List<Endpoint<?, ?>> endpoints;

	private final EndpointExamples examples;

	private final ExampleCheck check;

	private final Map<String, EndpointStart> starts = new HashMap<>();

	EndpointStarts(List<Endpoint<?, ?>> endpoints, EndpointExamples examples, ExampleCheck check) {
		this.endpoints = List.copyOf(endpoints);
		this.examples = examples;
		this.check = check;
		endpoints.forEach((endpoint) -> this.starts.put(endpoint.path(), new EndpointStart(endpoint.path())));
	}

	EndpointStart of(Endpoint<?, ?> endpoint) {
		return Objects.requireNonNull(this.starts.get(endpoint.path()));
	}

	/**
	 * Check what needs no model.
	 * @throws InvalidModelEndpointException if an example does not work, and endpoints
	 * with such a one are not to start
	 */
	void checkExamples() {
		for (Endpoint<?, ?> endpoint : this.endpoints) {
			if (this.check == ExampleCheck.OFF) {
				return;
			}
			try {
				this.examples.check(endpoint);
			}
			catch (InvalidModelEndpointException ex) {
				if (this.check == ExampleCheck.FAIL) {
					throw ex;
				}
				logger.warn("{}. {}.", ex.getMessage(), ex.action());
			}
		}
	}

	/**
	 * Hold the readiness of a model back until the examples of its endpoints have been
	 * tried.
	 */
	void expect(ModelKey model) {
		if (this.check == ExampleCheck.FAIL) {
			this.endpoints.stream()
				.filter((endpoint) -> endpoint.isFor(model))
				.forEach((endpoint) -> of(endpoint).expect(model));
		}
	}

	/**
	 * Wait no longer for the examples of pipelines of which a model is not there: they
	 * are tried when it is.
	 */
	void postpone(ModelKey model) {
		this.endpoints.stream()
			.filter((endpoint) -> !endpoint.hasModel() && endpoint.isFor(model))
			.forEach((endpoint) -> of(endpoint).postpone(model));
	}

	/**
	 * Try the examples of the endpoints of a version that has become ready.
	 */
	void start(ModelKey model, InferenceService service) {
		if (this.check != ExampleCheck.OFF) {
			for (Endpoint<?, ?> endpoint : this.endpoints) {
				if (endpoint.isFor(model)) {
					this.examples.run(endpoint, service, model.version())
						.whenComplete((response, failure) -> ended(endpoint, model, response, failure));
				}
			}
		}
	}

	private void ended(Endpoint<?, ?> endpoint, ModelKey model, @Nullable Object response,
			@Nullable Throwable failure) {
		EndpointStart start = of(endpoint);
		if (failure == null) {
			start.succeed(this.examples.response(endpoint, response));
		}
		else if (!endpoint.hasModel() && (failure instanceof ModelUnavailable || failure instanceof ModelNotFound)) {
			start.postpone(model);
		}
		else if (failure instanceof Overloaded || failure instanceof ModelUnavailable
				|| failure instanceof ModelNotFound || failure instanceof DeadlineExceeded
				|| failure instanceof CancellationException) {
			logger.warn("The example of endpoint {} could not be tried with model {}: {}", endpoint.path(), model,
					failure.getMessage());
			start.succeed();
		}
		else {
			wrong(endpoint, model, failure, start);
		}
	}

	private void wrong(Endpoint<?, ?> endpoint, ModelKey model, Throwable failure, EndpointStart start) {
		InvalidModelEndpointException wrong = (failure instanceof InvalidModelEndpointException known) ? known
				: EndpointExamples.wrong(endpoint, "with model %s, %s".formatted(model, failure.getMessage()));
		if (this.check == ExampleCheck.FAIL && start.fail()) {
			logger.error("Endpoint {} does not start. {}. {}.", endpoint.path(), wrong.getMessage(), wrong.action(),
					failure);
		}
		else {
			logger.warn("Endpoint {} serves on. {}. {}.", endpoint.path(), wrong.getMessage(), wrong.action());
		}
	}

	/**
	 * Return why endpoints of a model have not started, in words for callers.
	 */
	List<String> obstacles(String model) {
		return this.endpoints.stream()
			.filter((endpoint) -> endpoint.isFor(model))
			.map((endpoint) -> of(endpoint).obstacle())
			.filter(Objects::nonNull)
			.toList();
	}

}
