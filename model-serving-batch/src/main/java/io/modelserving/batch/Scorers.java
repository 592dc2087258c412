package io.modelserving.batch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

import io.modelserving.batching.Deadline;
import io.modelserving.endpoint.EndpointHandler;
import io.modelserving.endpoint.EndpointInvoker;
import io.modelserving.model.DerivedFutures;
import io.modelserving.model.NearNames;
import io.modelserving.pipeline.Pipeline;
import io.modelserving.pipeline.StageLoad;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.tensor.NamedTensors;

import org.springframework.util.function.SingletonSupplier;

/**
 * Makes scorers of the handlers, models and pipelines of the application. Thread-safe.
 */
public final class Scorers {

	private final Supplier<List<EndpointInvoker<?, ?>>> endpoints;

	private final InferenceService service;

	private final ModelRegistry registry;

	/**
	 * Create a factory.
	 * @param endpoints gives the endpoints, and is asked when the first one is needed
	 * @param service runs the models
	 * @param registry knows the models
	 */
	public Scorers(Supplier<List<EndpointInvoker<?, ?>>> endpoints, InferenceService service, ModelRegistry registry) {
		this.endpoints = SingletonSupplier.of(endpoints);
		this.service = service;
		this.registry = registry;
	}

	/**
	 * Score with the handler of an endpoint. Items are checked as requests are.
	 * @param handler the class of the handler
	 * @param <I> the type of a request
	 * @param <O> the type of a response
	 * @return the scorer
	 * @throws InvalidScoringException if there is no such endpoint
	 */
	public <I, O> Scorer<I, O> endpoint(Class<? extends EndpointHandler<I, O>> handler) {
		for (EndpointInvoker<?, ?> endpoint : this.endpoints.get()) {
			if (handler.isInstance(endpoint.handler())) {
				@SuppressWarnings("unchecked")
				EndpointInvoker<I, O> found = (EndpointInvoker<I, O>) endpoint;
				return of(found);
			}
		}
		throw unknownEndpoint(handler.getName());
	}

	/**
	 * Score with the handler of an endpoint.
	 * @param endpoint its invoker
	 */
	<I, O> Scorer<I, O> of(EndpointInvoker<I, O> endpoint) {
		return new Scorer<>(endpoint::invoke, new BatchSizes(endpoint::models, endpoint.version(), this.registry));
	}

	/**
	 * Find an endpoint.
	 * @param name its path, or the name of the handler's bean
	 * @throws InvalidScoringException if there is none
	 */
	EndpointInvoker<?, ?> find(String name) {
		return this.endpoints.get()
			.stream()
			.filter((endpoint) -> endpoint.path().equals(name) || endpoint.beanName().equals(name))
			.findFirst()
			.orElseThrow(() -> unknownEndpoint(name));
	}

	private InvalidScoringException unknownEndpoint(String name) {
		List<String> known = new ArrayList<>();
		this.endpoints.get().forEach((endpoint) -> known.add(endpoint.path()));
		Collections.sort(known);
		String hint = NearNames.nearest(name, known).map(" Did you mean \"%s\"?"::formatted).orElse("");
		return new InvalidScoringException(
				"There is no endpoint \"%s\" that gives one response for each request; there are %s.%s".formatted(name,
						known, hint),
				"Name the path of a @ModelEndpoint, such as /digits, or the name of its bean.");
	}

	/**
	 * Score tensors with a model.
	 * @param name the name of the model
	 * @return the scorer, whose items are the inputs of one row or more
	 * @throws InvalidScoringException if there is no such model
	 */
	public Scorer<NamedTensors, NamedTensors> model(String name) {
		if (this.registry.find(name).isEmpty()) {
			List<String> known = this.registry.models().stream().map((model) -> model.key().name()).distinct().toList();
			String hint = NearNames.nearest(name, known).map(" Did you mean \"%s\"?"::formatted).orElse("");
			throw new InvalidScoringException("There is no model \"%s\"; there are %s.%s".formatted(name, known, hint),
					"Name one of these, or configure model-serving.models.%s.location.".formatted(name));
		}
		return new Scorer<>((inputs) -> DerivedFutures.map(this.service.infer(InferenceRequest.of(name, inputs)),
				InferenceResult::outputs), new BatchSizes(() -> List.of(name), null, this.registry));
	}

	/**
	 * Score with a pipeline.
	 * @param pipeline the pipeline
	 * @param <I> the type of an item
	 * @param <O> the type of its result
	 * @return the scorer
	 */
	public <I, O> Scorer<I, O> pipeline(Pipeline<I, O> pipeline) {
		return new Scorer<>((item) -> pipeline.submit(item, Deadline.after(null, System.nanoTime())),
				new BatchSizes(() -> pipeline.loads().stream().map(StageLoad::name).toList(), null, this.registry));
	}

}
