package io.modelserving.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;

import io.modelserving.actuate.ManagementResult.Outcome;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.model.Quoted;
import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.ModelAdministration;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelRepository;
import io.modelserving.serving.ModelRepository.LoadOverrides;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.tuning.ModelTuner;
import io.modelserving.tuning.TuningRequest;

/**
 * Runs the operations of operators, waits a while for those that take long, and publishes
 * each to the application. Thread-safe; changes of traffic happen one after the other,
 * since each starts from the result of the one before.
 */
public final class ModelManagement {

	private final ModelRegistry registry;

	private final ModelAdministration administration;

	private final Supplier<@Nullable ModelRepository> repository;

	private final ModelTuner tuner;

	private final ApplicationEventPublisher publisher;

	private final Duration waitTime;

	/**
	 * Create the management.
	 * @param registry the models that are loaded
	 * @param administration changes them
	 * @param repository gives the models that can be loaded, or {@code null} if there is
	 * no repository; asked when there is need
	 * @param tuner finds out which settings are best
	 * @param publisher is notified of every operation
	 * @param waitTime the longest time to wait for the end of an operation, which goes on
	 * by itself then
	 */
	public ModelManagement(ModelRegistry registry, ModelAdministration administration,
			Supplier<@Nullable ModelRepository> repository, ModelTuner tuner, ApplicationEventPublisher publisher,
			Duration waitTime) {
		this.registry = registry;
		this.administration = administration;
		this.repository = repository;
		this.tuner = tuner;
		this.publisher = publisher;
		this.waitTime = waitTime;
	}

	/**
	 * Do what an operator wants.
	 * @param request what is to be done
	 * @return its result
	 * @throws IllegalArgumentException if it makes no sense
	 * @throws io.modelserving.model.InferenceException if the model is not known, or does
	 * not serve
	 * @throws io.modelserving.serving.RepositoryReadOnlyException if the application does
	 * not let models be loaded
	 * @throws io.modelserving.tuning.TuningRejectedException if a model is being tuned
	 * @throws io.modelserving.model.ModelLoadException if an instance cannot be loaded
	 */
	ManagementResult run(ManagementRequest request) {
		try {
			request.operation().check(request.parameters().keySet());
			ManagementResult result = result(request, begin(request));
			publish(request, result.outcome().name().toLowerCase(Locale.ROOT));
			return result;
		}
		catch (RuntimeException ex) {
			publish(request, "failed: " + ex.getMessage());
			throw ex;
		}
	}

	/**
	 * Return the tuning of a model that was begun last.
	 * @param model the name of the model
	 * @return its progress
	 * @throws ModelNotFound if there was none
	 */
	TuningDescriptor tuning(String model) {
		return this.tuner.status(model)
			.map(TuningDescriptor::of)
			.orElseThrow(() -> new ModelNotFound(
					"model %s has not been tuned since the start".formatted(Quoted.name(model))));
	}

	private void publish(ManagementRequest request, String outcome) {
		this.publisher.publishEvent(new ModelManagementEvent(request.operation(), request.model(), request.version(),
				request.parameters(), request.principal(), outcome));
	}

	private CompletableFuture<List<ModelStatus>> begin(ManagementRequest request) {
		ManagementParameters parameters = new ManagementParameters(request.parameters());
		return switch (request.operation()) {
			case LOAD -> load(request);
			case RELOAD -> all(versions(request), this.administration::reload);
			case UNLOAD -> all(versions(request), this.administration::unload);
			case SCALE -> scale(request, parameters.integer("instances", 0));
			case ENABLE -> now(versions(request), this.administration::enable);
			case DISABLE -> now(versions(request), this.administration::disable);
			case LIMITS -> now(versions(request), (key) -> limit(key, parameters));
			case CLEAR_CACHE -> now(cached(versions(request)), this.administration::clearCache);
			case TRAFFIC -> route(request, parameters);
			case TUNE -> tune(request, TuningParameters.read(parameters));
			case CANCEL_TUNING -> cancelTuning(request);
		};
	}

	private List<ModelKey> versions(ManagementRequest request) {
		List<ModelKey> versions = this.registry.models()
			.stream()
			.map(ModelSnapshot::key)
			.filter((key) -> key.name().equals(request.model()))
			.toList();
		if (versions.isEmpty()) {
			throw new ModelNotFound("unknown model %s; there are [%s]".formatted(Quoted.name(request.model()), Quoted
				.list(this.registry.models().stream().map((model) -> model.key().name()).distinct().toList())));
		}
		List<ModelKey> wanted = versions.stream()
			.filter((key) -> request.version() == null || request.version() == key.version())
			.toList();
		if (wanted.isEmpty()) {
			throw new ModelNotFound("model %s has no version %d; it has [%s]".formatted(Quoted.name(request.model()),
					request.version(), Quoted.list(versions.stream().map(ModelKey::version).toList())));
		}
		return wanted;
	}

	/** If no version has a cache, the first says why. */
	private List<ModelKey> cached(List<ModelKey> versions) {
		List<ModelKey> cached = versions.stream()
			.filter((key) -> this.registry.find(key)
				.map(ModelSnapshot::cache)
				.filter((cache) -> cache.obstacle().isEmpty())
				.isPresent())
			.toList();
		return cached.isEmpty() ? versions : cached;
	}

	private CompletableFuture<List<ModelStatus>> load(ManagementRequest request) {
		ModelRepository models = this.repository.get();
		if (models == null) {
			throw new IllegalArgumentException(
					"there is no repository to load models from; the property model-serving.repository gives one");
		}
		if (request.version() != null) {
			throw new IllegalArgumentException(
					"a model is loaded with the versions that its version policy has; leave version out");
		}
		return models.load(request.model(), LoadOverrides.NONE);
	}

	private CompletableFuture<List<ModelStatus>> scale(ManagementRequest request, int instances) {
		if (instances < 1) {
			throw new IllegalArgumentException("instances is %d; it must be at least 1".formatted(instances));
		}
		return all(versions(request), (key) -> this.administration.scale(key, instances));
	}

	private void limit(ModelKey key, ManagementParameters parameters) {
		BatchingLimits current = this.registry.limits(key);
		this.administration.limit(key,
				new BatchingLimits(parameters.integer("maxBatchSize", current.maxBatchSize()),
						parameters.duration("maxQueueDelay", current.maxQueueDelay()),
						parameters.integer("queueCapacity", current.queueCapacity()),
						current.elastic() && !parameters.has("queueCapacity")));
	}

	private CompletableFuture<List<ModelStatus>> route(ManagementRequest request, ManagementParameters parameters) {
		if (request.version() != null) {
			throw new IllegalArgumentException("traffic is that of all versions; leave version out");
		}
		List<ModelKey> versions = versions(request);
		synchronized (this) {
			this.administration.route(request.model(),
					new TrafficChange(parameters).applyTo(this.registry.traffic(request.model())));
		}
		return CompletableFuture.completedFuture(statuses(versions));
	}

	/**
	 * One version is tuned: the one that is named, else the one that stands for the
	 * model.
	 */
	private CompletableFuture<List<ModelStatus>> tune(ManagementRequest request, TuningRequest wanted) {
		ModelKey key = versions(request).get(0);
		if (request.version() == null) {
			key = this.registry.find(request.model()).map(ModelSnapshot::key).orElse(key);
		}
		this.tuner.start(key, wanted);
		return CompletableFuture.completedFuture(statuses(List.of(key)));
	}

	private CompletableFuture<List<ModelStatus>> cancelTuning(ManagementRequest request) {
		if (request.version() != null) {
			throw new IllegalArgumentException("a model has one tuning at most; leave version out");
		}
		return this.tuner.cancel(request.model()).thenApply((ended) -> statuses(List.of(ended.key())));
	}

	private CompletableFuture<List<ModelStatus>> now(List<ModelKey> versions, Consumer<ModelKey> change) {
		versions.forEach(change);
		return CompletableFuture.completedFuture(statuses(versions));
	}

	private static CompletableFuture<List<ModelStatus>> all(List<ModelKey> versions,
			Function<ModelKey, CompletableFuture<ModelStatus>> operation) {
		List<CompletableFuture<ModelStatus>> pending = versions.stream().map(operation).toList();
		return CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new))
			.thenApply((all) -> pending.stream().map(CompletableFuture::join).toList());
	}

	private List<ModelStatus> statuses(List<ModelKey> versions) {
		return versions.stream().flatMap((key) -> this.registry.find(key).stream()).map(ModelSnapshot::status).toList();
	}

	private ManagementResult result(ManagementRequest request, CompletableFuture<List<ModelStatus>> pending) {
		try {
			List<ModelStatus> statuses = pending.get(this.waitTime.toNanos(), TimeUnit.NANOSECONDS);
			boolean loaded = request.operation() == ManagementOperation.LOAD
					|| request.operation() == ManagementOperation.RELOAD;
			boolean failed = loaded && !statuses.stream().allMatch(ModelManagement::isLoaded);
			Outcome done = (request.operation() == ManagementOperation.TUNE) ? Outcome.PENDING : Outcome.DONE;
			return result(request, failed ? Outcome.FAILED : done, statuses);
		}
		catch (TimeoutException ex) {
			return result(request, Outcome.PENDING, known(request));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return result(request, Outcome.PENDING, known(request));
		}
		catch (ExecutionException ex) {
			throw unwrap(ex);
		}
	}

	private static RuntimeException unwrap(Throwable failure) {
		Throwable cause = failure;
		while ((cause instanceof CompletionException || cause instanceof ExecutionException)
				&& cause.getCause() != null) {
			cause = cause.getCause();
		}
		return (cause instanceof RuntimeException unchecked) ? unchecked : new IllegalStateException(cause);
	}

	/** Where the old version serves on after a failed reload, there is a reason. */
	private static boolean isLoaded(ModelStatus status) {
		return status.state() == ModelState.READY && status.reason().isEmpty();
	}

	private List<ModelStatus> known(ManagementRequest request) {
		return this.registry.models()
			.stream()
			.map(ModelSnapshot::status)
			.filter((status) -> status.key().name().equals(request.model())
					&& (request.version() == null || request.version() == status.key().version()))
			.toList();
	}

	private ManagementResult result(ManagementRequest request, Outcome outcome, List<ModelStatus> statuses) {
		boolean tunes = request.operation() == ManagementOperation.TUNE
				|| request.operation() == ManagementOperation.CANCEL_TUNING;
		return new ManagementResult(request.operation().toString(), request.model(), outcome,
				statuses.stream().map(ModelsDescriptor.Entry::of).toList(),
				TrafficDescriptor.of(this.registry.trafficStatus(request.model())),
				tunes ? tuning(request.model()) : null);
	}

}
