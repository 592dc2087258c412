package io.modelserving.serving;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.traffic.Traffic;
import io.modelserving.serving.traffic.TrafficStatus;
import io.modelserving.model.ModelKey;

/**
 * The models that are served, by name and version. They are changed by
 * {@link ModelAdministration}. Thread-safe; no method blocks.
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
	 * Return which version of a model gets the calls that name none.
	 * @param model the name of the model
	 * @return what was set last, {@link Traffic#NONE} if nothing was
	 */
	Traffic traffic(String model);

	/**
	 * Return the traffic of a model at this moment.
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
	 * @param before the number of rows that are sure to go before it, besides those that
	 * wait
	 * @return the estimate, or empty if there is no objective, or the model does not
	 * serve
	 */
	default Optional<LatencyEstimate> estimate(String model, @Nullable Long version, int before) {
		return Optional.empty();
	}

}
