package io.modelserving.actuate;

import java.util.List;

import io.modelserving.model.ModelStatus;
import io.modelserving.serving.ModelSnapshot;

/**
 * All models, in short.
 *
 * @param models the versions of all models, by name and version
 */
record ModelsDescriptor(List<Entry> models) {

	static ModelsDescriptor of(List<ModelSnapshot> models) {
		return new ModelsDescriptor(models.stream().map(ModelSnapshot::status).map(Entry::of).toList());
	}

	/**
	 * One version of a model, in short.
	 *
	 * @param name the name of the model
	 * @param version the version
	 * @param state the state
	 * @param reason why, empty where the state says all
	 * @param required whether the application counts as ready only with it
	 * @param enabled whether it takes calls, where its state allows it
	 */
	record Entry(String name, long version, String state, String reason, boolean required, boolean enabled) {

		static Entry of(ModelStatus status) {
			return new Entry(status.key().name(), status.key().version(), status.state().name(), status.reason(),
					status.required(), status.enabled());
		}

	}

}
