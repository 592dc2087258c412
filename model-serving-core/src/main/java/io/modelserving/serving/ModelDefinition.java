package io.modelserving.serving;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.cache.CacheSettings;
import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoader;
import io.modelserving.model.ModelSource;
import io.modelserving.sequence.SequenceSettings;

/**
 * A version of a model that is to be served.
 *
 * @param key the model and version
 * @param source where it comes from
 * @param loader turns its file into a model
 * @param required whether the application counts as ready only with this model
 * @param instances how many batches run at once
 * @param batching how calls share batches
 * @param warmUp how it is warmed up
 * @param traffic which version of the model gets the calls that name none, or
 * {@code null} to leave that as it is; of the versions of a model, the first that is
 * defined says it. It is applied when the model becomes known, and again when a version
 * is loaded with another traffic than before
 * @param sequences the state that the model keeps between calls, or {@code null} for none
 * @param cache whether and how its results are kept
 */
public record ModelDefinition(ModelKey key, ModelSource source, ModelLoader loader, boolean required,
		InstanceSettings instances, BatchingSettings batching, WarmUpSettings warmUp, @Nullable Traffic traffic,
		@Nullable SequenceSettings sequences, CacheSettings cache) {

	public ModelDefinition(ModelKey key, ModelSource source, ModelLoader loader, boolean required,
			InstanceSettings instances, BatchingSettings batching, WarmUpSettings warmUp) {
		this(key, source, loader, required, instances, batching, warmUp, null, null);
	}

	public ModelDefinition(ModelKey key, ModelSource source, ModelLoader loader, boolean required,
			InstanceSettings instances, BatchingSettings batching, WarmUpSettings warmUp, @Nullable Traffic traffic,
			@Nullable SequenceSettings sequences) {
		this(key, source, loader, required, instances, batching, warmUp, traffic, sequences, CacheSettings.OFF);
	}

	/**
	 * Return the same definition of a model whose results are kept otherwise.
	 * @param other whether and how
	 * @return the definition
	 */
	public ModelDefinition withCache(CacheSettings other) {
		return new ModelDefinition(this.key, this.source, this.loader, this.required, this.instances, this.batching,
				this.warmUp, this.traffic, this.sequences, other);
	}

	public ModelDefinition withInstances(InstanceSettings other) {
		return new ModelDefinition(this.key, this.source, this.loader, this.required, other, this.batching, this.warmUp,
				this.traffic, this.sequences, this.cache);
	}

	/**
	 * Return the same definition of a model that the application cannot do without.
	 * @return the definition
	 */
	public ModelDefinition asRequired() {
		return new ModelDefinition(this.key, this.source, this.loader, true, this.instances, this.batching, this.warmUp,
				this.traffic, this.sequences, this.cache);
	}

}
