package io.modelserving.serving;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.traffic.Traffic;
import io.modelserving.serving.traffic.TrafficStatus;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelStatus;

/**
 * The models that there are, by name and version. Thread-safe; reading never blocks.
 */
public interface ModelRegistry {

	/**
	 * Return all versions of all models, also those that have failed.
	 * @return the models, by name and version
	 */
	List<ModelSnapshot> models();

	/**
	 * Return one version of a model.
	 * @param key the model and version
	 * @return the version, or empty if it is not known
	 */
	Optional<ModelSnapshot> find(ModelKey key);

	/**
	 * Return the version that stands for a model: the one that gets most of its traffic,
	 * or the highest if none serves.
	 * @param name the name of the model
	 * @return the version, or empty if the name is not known
	 */
	Optional<ModelSnapshot> find(String name);

	/**
	 * Return which version is meant, at less cost than {@link #find(String)}.
	 * @param name the name of the model
	 * @param version a version, or {@code null} for the one that stands for the model
	 * @return the model and version, or empty if it is not known
	 */
	default Optional<ModelKey> resolve(String name, @Nullable Long version) {
		return ((version == null) ? find(name)
				: (version < 1) ? Optional.<ModelSnapshot>empty() : find(new ModelKey(name, version)))
			.map(ModelSnapshot::key);
	}

	/**
	 * Load and warm up a model. If the version is already known, the old one goes on
	 * serving until the new one is ready, then what it has accepted is finished and its
	 * memory freed; if the new one fails, the old one stays. Retries of an earlier load
	 * of the version are given up. Traffic that differs from that of the definition
	 * before replaces the traffic of the model.
	 * @param definition what to load
	 * @return the status that the attempt ended in, {@code READY} or {@code FAILED} with
	 * the reason
	 */
	CompletableFuture<ModelStatus> load(ModelDefinition definition);

	/**
	 * Load a version again from where it came from, as {@link #load} does.
	 * @param key the model and version
	 * @return the status that the attempt ended in; fails with {@code ModelNotFound} if
	 * the version is not known
	 */
	CompletableFuture<ModelStatus> reload(ModelKey key);

	/**
	 * Finish what a version has accepted, free its memory and forget it; with the last
	 * version of a model, its traffic is forgotten.
	 * @param key the model and version
	 * @return the status {@code UNLOADED}, with a reason if a run has not ended in time,
	 * so that not all of the memory is free; fails with {@code ModelNotFound} if the
	 * version is not known
	 */
	CompletableFuture<ModelStatus> unload(ModelKey key);

	/**
	 * Return which version of a model gets the calls that name none.
	 * @param model the name of the model
	 * @return what was set last, {@link Traffic#NONE} if nothing was
	 */
	Traffic traffic(String model);

	/**
	 * Set which version of a model gets the calls that name none, from now on. Versions
	 * that were taken back may get traffic again.
	 * @param model the name of the model
	 * @param traffic replaces all that was set before
	 * @throws io.modelserving.model.InferenceException.ModelNotFound if the model is not
	 * known
	 * @throws IllegalArgumentException if a version is named that is not known
	 */
	void route(String model, Traffic traffic);

	/**
	 * Return what has become of the traffic of a model.
	 * @param model the name of the model
	 * @return who gets which share, and why
	 */
	TrafficStatus trafficStatus(String model);

	/**
	 * Return the version that a label stands for.
	 * @param model the name of the model
	 * @param label the label
	 * @return the version, or empty if there is no such label; whether there is such a
	 * version is another question
	 */
	default Optional<Long> labelled(String model, String label) {
		return Optional.ofNullable(traffic(model).labels().get(label));
	}

	/**
	 * Have a version take calls again.
	 * @param key the model and version
	 * @throws io.modelserving.model.InferenceException.ModelNotFound if it is not known
	 */
	void enable(ModelKey key);

	/**
	 * Have a version refuse calls and get no traffic. It stays loaded, and finishes what
	 * it has accepted.
	 * @param key the model and version
	 * @throws io.modelserving.model.InferenceException.ModelNotFound if it is not known
	 */
	void disable(ModelKey key);

	/**
	 * Run more or fewer batches at once. Calls go on meanwhile, and none fails of it. The
	 * number stays until the model is loaded with other instance settings.
	 * @param key the model and version
	 * @param instancesPerDevice the number of instances on each of its devices, at least
	 * 1
	 * @return the status once as many instances take calls; fails with
	 * {@code ModelNotFound} if the version is not known, {@code ModelUnavailable} if it
	 * does not serve, {@code IllegalArgumentException} if the number is out of its
	 * bounds, {@code ModelLoadException} if a further instance cannot be loaded, in which
	 * case nothing changes
	 */
	CompletableFuture<ModelStatus> scale(ModelKey key, int instancesPerDevice);

	/**
	 * Return the limits by which a version batches at the moment.
	 * @param key the model and version
	 * @return the limits
	 * @throws io.modelserving.model.InferenceException.ModelNotFound if the version is
	 * not known
	 * @throws io.modelserving.model.InferenceException.ModelUnavailable if it does not
	 * serve
	 */
	BatchingLimits limits(ModelKey key);

	/**
	 * Return what the next call of a model may take, and would.
	 * @param model the name of the model
	 * @param version the version, or {@code null} for the one that stands for the model
	 * @param before the number of rows that are sure to come before it, besides those
	 * that wait
	 * @return the outlook, or empty if there is no objective, or the model does not serve
	 */
	default Optional<LatencyOutlook> outlook(String model, @Nullable Long version, int before) {
		return Optional.empty();
	}

	/**
	 * Batch by other limits from now on. They stay until the model is loaded with other
	 * batching settings.
	 * @param key the model and version
	 * @param limits the limits
	 * @throws io.modelserving.model.InferenceException.ModelNotFound if the version is
	 * not known
	 * @throws io.modelserving.model.InferenceException.ModelUnavailable if it does not
	 * serve
	 * @throws IllegalArgumentException if its calls cannot share batches and the limits
	 * say that they shall; the message says why
	 */
	void limit(ModelKey key, BatchingLimits limits);

}
