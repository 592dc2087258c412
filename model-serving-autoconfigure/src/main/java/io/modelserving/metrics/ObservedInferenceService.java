package io.modelserving.metrics;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.Outcome;
import io.modelserving.serving.InferenceRequest.Origin;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;

/**
 * Observes each call from its arrival to its end, as a child of the observation of the
 * calling thread. It costs nothing without a handler. Thread-safe.
 */
public final class ObservedInferenceService implements InferenceService {

	private static final InferenceObservationConvention CONVENTION = new InferenceObservationConvention();

	private final InferenceService delegate;

	private final ModelRegistry models;

	private final ObservationRegistry registry;

	/**
	 * Create a service.
	 * @param delegate the service to observe
	 * @param models the existing models
	 * @param registry the registry of observations
	 */
	public ObservedInferenceService(InferenceService delegate, ModelRegistry models, ObservationRegistry registry) {
		this.delegate = delegate;
		this.models = models;
		this.registry = registry;
	}

	@Override
	public Optional<Overloaded> rejection(String model, @Nullable Long version, int priority, long arrival) {
		return this.delegate.rejection(model, version, priority, arrival);
	}

	@Override
	public void notMade(String model, @Nullable Long version, Outcome outcome, long arrival) {
		this.delegate.notMade(model, version, outcome, arrival);
	}

	@Override
	public CompletableFuture<InferenceResult> infer(InferenceRequest request) {
		if (this.registry.isNoop() || request.origin() == Origin.EXAMPLE) {
			return this.delegate.infer(request);
		}
		InferenceObservationContext context = new InferenceObservationContext(request,
				this.models.resolve(request.model(), request.version()).orElse(null));
		Observation observation = Observation.start(null, CONVENTION, () -> context, this.registry);
		CompletableFuture<InferenceResult> call = this.delegate.infer(request);
		call.whenComplete((result, failure) -> {
			context.result(result);
			if (failure != null) {
				observation.error(failure);
			}
			observation.stop();
		});
		return call;
	}

}
