package io.modelserving.openinference.openapi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelStatus;
import io.modelserving.openapi.Example;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceRequest.Origin;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ServingListener;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the request that the operation of a model shows on each version that becomes
 * ready, and keeps the responses. Thread-safe.
 */
public final class ExampleResponses implements ServingListener {

	private static final Logger logger = LoggerFactory.getLogger(ExampleResponses.class);

	private final Map<ModelKey, Example> responses = new ConcurrentHashMap<>();

	private final Supplier<ModelRegistry> registry;

	private final Supplier<InferenceService> service;

	/**
	 * Create the listener. The suppliers break the circle in which the service is built
	 * with its listeners.
	 * @param registry the models
	 * @param service runs them
	 */
	public ExampleResponses(Supplier<ModelRegistry> registry, Supplier<InferenceService> service) {
		this.registry = registry;
		this.service = service;
	}

	@Override
	public void statusChanged(ModelStatus status) {
		switch (status.state()) {
			case READY -> {
				if (status.isAvailable()) {
					request(status.key()).ifPresent(this::run);
				}
			}
			case DRAINING, UNLOADED, FAILED -> this.responses.remove(status.key());
			case LOADING, WARMING -> {
			}
		}
	}

	private Optional<InferenceRequest> request(ModelKey model) {
		return this.registry.get()
			.find(model)
			.flatMap((snapshot) -> Optional.ofNullable(snapshot.details()))
			.flatMap((details) -> Optional.ofNullable(details.example()))
			.flatMap(ExampleRequest::of)
			.map((shown) -> InferenceRequest.builder(model.name(), ExampleRequest.inputs(shown))
				.version(model.version())
				.origin(Origin.EXAMPLE)
				.build());
	}

	private void run(InferenceRequest request) {
		this.service.get().infer(request).whenComplete((result, failure) -> {
			if (failure == null) {
				this.responses.put(result.model(), response(result));
			}
			else {
				logger.debug("Model {} did not serve its example", request.model(), failure);
			}
		});
	}

	/**
	 * Return the response of a version.
	 * @param model the model and version
	 * @return the content of the response in JSON; empty if there is none yet
	 */
	Optional<Example> of(ModelKey model) {
		return Optional.ofNullable(this.responses.get(model));
	}

	/** Only what is shown is written as JSON: outputs may have millions of elements. */
	private static Example response(InferenceResult result) {
		NamedTensors outputs = result.outputs();
		List<Map<String, Object>> tensors = ExampleRequest.toTree(outputs.map((name, tensor) -> start(tensor)));
		tensors.forEach((tensor) -> tensor.put("shape",
				ExampleRequest.sizes(outputs.get(String.valueOf(tensor.get("name"))).shape())));
		Map<String, Object> response = new LinkedHashMap<>();
		response.put("model_name", result.model().name());
		response.put("model_version", Long.toString(result.model().version()));
		response.put("outputs", tensors);
		return new Example(response, outputs.asMap().values().stream().noneMatch(ExampleResponses::isLong));
	}

	private static boolean isLong(Tensor tensor) {
		return tensor.shape().elementCount() > Example.MAX_ELEMENTS;
	}

	private static Tensor start(Tensor tensor) {
		if (!isLong(tensor)) {
			return tensor;
		}
		Shape shape = Shape.of(Example.SHOWN);
		if (tensor instanceof NumericTensor numbers) {
			int bytes = Example.SHOWN * numbers.dataType().elementBytes();
			return Tensor.of(numbers.dataType(), shape, numbers.data().slice(0, bytes).order(numbers.data().order()));
		}
		return Tensor.of(shape, ((StringTensor) tensor).elements().subList(0, Example.SHOWN).toArray(String[]::new));
	}

}
