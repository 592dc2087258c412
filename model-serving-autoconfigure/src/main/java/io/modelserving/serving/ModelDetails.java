package io.modelserving.serving;

import java.time.Duration;

import io.modelserving.model.ModelMetadata;
import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.NamedTensors;

/**
 * What loading and warming up a model found out.
 *
 * @param signature the inputs and outputs
 * @param metadata what the file says about itself
 * @param instances how many batches run at once
 * @param intraOpThreads the threads that share the work of one operator
 * @param plan how calls share batches, and why
 * @param example inputs of one row that the model has run on
 * @param loadTime how long loading took
 * @param warmUpTime how long warming up took
 */
public record ModelDetails(ModelSignature signature, ModelMetadata metadata, int instances, int intraOpThreads,
		BatchingPlan plan, NamedTensors example, Duration loadTime, Duration warmUpTime) {
}
