package io.modelserving.serving;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoader;
import io.modelserving.model.ModelSource;

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
 */
public record ModelDefinition(ModelKey key, ModelSource source, ModelLoader loader, boolean required,
		InstanceSettings instances, BatchingSettings batching, WarmUpSettings warmUp) {
}
