package io.modelserving.openinference;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.batching.admission.CostCurve;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelMetadata;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.BatchingPlan;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.serving.traffic.TrafficStatus;
import io.modelserving.tensor.NamedTensors;
import org.jspecify.annotations.Nullable;

/**
 * Models that give back what they are given, unless told to do something else.
 */
public final class FakeModels implements ModelRegistry, InferenceService {

	private static final Instant SINCE = Instant.parse("2026-01-01T00:00:00Z");

	private final Map<ModelKey, ModelSnapshot> models = new ConcurrentSkipListMap<>(
			Comparator.comparing(ModelKey::name).thenComparing(ModelKey::version));

	private final Map<String, Traffic> traffic = new ConcurrentHashMap<>();

	private final LinkedBlockingQueue<InferenceRequest> requests = new LinkedBlockingQueue<>();

	private volatile Function<InferenceRequest, CompletableFuture<InferenceResult>> behavior = this::echo;

	private volatile @Nullable Overloaded rejection;

	/**
	 * Forget everything.
	 */
	public void reset() {
		this.models.clear();
		this.requests.clear();
		this.traffic.clear();
		this.behavior = this::echo;
		this.rejection = null;
	}

	/**
	 * Add a model that is ready.
	 * @param key the model and version
	 * @param signature the inputs and outputs
	 * @param example what its documentation shows
	 */
	public void add(ModelKey key, ModelSignature signature, NamedTensors example) {
		ModelMetadata metadata = new ModelMetadata("onnx_onnxv1", "a trainer", "Gives back what it is given.",
				Map.of("author", "Ada", "license", "Apache-2.0"));
		add(key, signature, example, metadata);
	}

	public void add(ModelKey key, ModelSignature signature, NamedTensors example, ModelMetadata metadata) {
		BatchingPlan plan = new BatchingPlan(false, 1, "fake", "not compared", CostCurve.UNKNOWN);
		ModelDetails details = new ModelDetails(signature, metadata, 1, 1, plan, example, Duration.ZERO, Duration.ZERO);
		put(new ModelSnapshot(status(key, ModelState.READY, "", true), "memory:", details, BatcherSnapshot.IDLE));
	}

	/**
	 * Put a model into a state.
	 * @param key the model and version
	 * @param state the state
	 * @param reason why
	 * @param required whether the application needs it
	 */
	public void set(ModelKey key, ModelState state, String reason, boolean required) {
		ModelDetails details = find(key).map(ModelSnapshot::details).orElse(null);
		put(new ModelSnapshot(status(key, state, reason, required), "memory:", details, BatcherSnapshot.IDLE));
	}

	/**
	 * Let a model fail because of what stands in its file.
	 * @param key the model and version
	 * @param reason what is wrong with the file
	 */
	public void setInvalid(ModelKey key, String reason) {
		ModelStatus status = new ModelStatus(key, ModelState.FAILED, reason, false, SINCE, true, null, true);
		put(new ModelSnapshot(status, "memory:", null, BatcherSnapshot.IDLE));
	}

	private void put(ModelSnapshot snapshot) {
		this.models.put(snapshot.key(), snapshot);
	}

	private static ModelStatus status(ModelKey key, ModelState state, String reason, boolean required) {
		return new ModelStatus(key, state, reason, required, SINCE);
	}

	public void answer(Function<InferenceRequest, CompletableFuture<InferenceResult>> behavior) {
		this.behavior = behavior;
	}

	public void fail(Throwable failure) {
		answer((request) -> CompletableFuture.failedFuture(failure));
	}

	/**
	 * Return the requests so far.
	 * @return the requests, in the order they came
	 */
	public List<InferenceRequest> requests() {
		return List.copyOf(this.requests);
	}

	/**
	 * Reject calls before they are read.
	 * @param failure what to answer them with
	 */
	public void reject(Overloaded failure) {
		this.rejection = failure;
	}

	@Override
	public Optional<Overloaded> rejection(String model, @Nullable Long version, int priority, long arrival) {
		return Optional.ofNullable(this.rejection);
	}

	@Override
	public CompletableFuture<InferenceResult> infer(InferenceRequest request) {
		this.requests.add(request);
		return this.behavior.apply(request);
	}

	/**
	 * Answer with the inputs.
	 * @param request the request
	 * @return the answer
	 */
	public CompletableFuture<InferenceResult> echo(InferenceRequest request) {
		NamedTensors outputs = request.outputs().isEmpty() ? request.inputs()
				: request.inputs().select(request.outputs());
		long version = (request.version() != null) ? request.version() : 1;
		return CompletableFuture.completedFuture(new InferenceResult(new ModelKey(request.model(), version), outputs));
	}

	@Override
	public List<ModelSnapshot> models() {
		return new ArrayList<>(this.models.values());
	}

	@Override
	public Optional<ModelSnapshot> find(ModelKey key) {
		return Optional.ofNullable(this.models.get(key));
	}

	@Override
	public Optional<ModelSnapshot> find(String name) {
		Comparator<ModelSnapshot> ready = Comparator
			.comparing((snapshot) -> snapshot.status().state() == ModelState.READY);
		return this.models.values()
			.stream()
			.filter((snapshot) -> snapshot.key().name().equals(name))
			.max(ready.thenComparing((snapshot) -> snapshot.key().version()));
	}

	@Override
	public Traffic traffic(String model) {
		return this.traffic.getOrDefault(model, Traffic.NONE);
	}

	public void route(String model, Traffic traffic) {
		this.traffic.put(model, traffic);
	}

	@Override
	public TrafficStatus trafficStatus(String model) {
		return new TrafficStatus(Traffic.NONE, new TreeMap<>(), List.of(), List.of(), null);
	}

	@Override
	public BatchingLimits limits(ModelKey key) {
		return new BatchingLimits(1, Duration.ZERO, 1024);
	}

}
