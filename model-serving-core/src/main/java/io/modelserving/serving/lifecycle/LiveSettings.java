package io.modelserving.serving.lifecycle;

import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.BatchingPlan;
import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.ModelDefinition;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What was changed of a model while it served. Immutable, and pure.
 *
 * @param instances the number of instances on each device, or {@code null} if that was
 * not changed
 * @param limits the limits of batches, or {@code null} if they were not changed
 */
record LiveSettings(@Nullable Integer instances, @Nullable BatchingLimits limits) {

	/** Nothing was changed. */
	static final LiveSettings NONE = new LiveSettings(null, null);

	LiveSettings with(int newInstances) {
		return new LiveSettings(newInstances, this.limits);
	}

	LiveSettings with(BatchingLimits newLimits) {
		return new LiveSettings(this.instances, newLimits);
	}

	/**
	 * Return what stays when a model is loaded again: what its definition says as before.
	 * Where a definition brings other settings, those count.
	 * @param old the definition that was in force
	 * @param wanted the one that is loaded
	 */
	LiveSettings keptFor(ModelDefinition old, ModelDefinition wanted) {
		BatchingSettings before = old.batching();
		BatchingSettings after = wanted.batching();
		boolean sameLimits = Objects.equals(before.maxBatchSize(), after.maxBatchSize())
				&& before.maxQueueDelay().equals(after.maxQueueDelay())
				&& before.queueCapacity() == after.queueCapacity() && before.elastic() == after.elastic()
				&& Objects.equals(before.objective(), after.objective());
		return new LiveSettings(old.instances().equals(wanted.instances()) ? this.instances : null,
				sameLimits ? this.limits : null);
	}

	/**
	 * Return a definition with the number of instances of here.
	 */
	ModelDefinition over(ModelDefinition definition) {
		return (this.instances != null) ? definition.withInstances(definition.instances().withInstances(this.instances))
				: definition;
	}

	/**
	 * Return the limits as far as a model can have them.
	 * @param plan how its calls share batches
	 * @return the limits, of batches of one row if calls cannot share any, or
	 * {@code null} if none were set
	 */
	@Nullable BatchingLimits limitsFor(BatchingPlan plan) {
		BatchingLimits own = this.limits;
		return (own == null || plan.batched()) ? own
				: new BatchingLimits(1, own.maxQueueDelay(), own.queueCapacity(), own.elastic());
	}

}
