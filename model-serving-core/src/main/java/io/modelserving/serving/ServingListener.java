package io.modelserving.serving;

import java.time.Duration;

import io.modelserving.model.Outcome;
import io.modelserving.serving.cache.CacheListener;
import io.modelserving.serving.scaling.Scaled;
import io.modelserving.serving.traffic.RolledBack;
import io.modelserving.serving.traffic.ShadowOutcome;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.batching.BatchListener;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelStatus;
import io.modelserving.sequence.SequenceListener;

/**
 * Listens to the events of the registry and the service. Called from many threads, never
 * under a lock; must be quick. What it throws is logged and otherwise ignored.
 */
public interface ServingListener {

	/**
	 * A version of a model has changed its state. Changes of one version arrive one after
	 * the other, in their order.
	 * @param status the new status
	 */
	default void statusChanged(ModelStatus status) {
	}

	/**
	 * A version of a model has been loaded and warmed up.
	 * @param model the model and version
	 * @param load how long loading took
	 * @param warmUp how long warming up took
	 */
	default void prepared(ModelKey model, Duration load, Duration warmUp) {
	}

	/**
	 * There are more or fewer instances of a model.
	 * @param scaled how many, and why
	 */
	default void scaled(Scaled scaled) {
	}

	/**
	 * Return the listener of the batcher of a model.
	 * @param model the model and version
	 * @return the listener
	 */
	default BatchListener batchListener(ModelKey model) {
		return BatchListener.NONE;
	}

	/**
	 * Return the listener of the sequences of a model.
	 * @param model the model and version
	 * @return the listener
	 */
	default SequenceListener sequenceListener(ModelKey model) {
		return SequenceListener.NONE;
	}

	/**
	 * Return the listener of the cache of a model.
	 * @param model the model and version
	 * @return the listener
	 */
	default CacheListener cacheListener(ModelKey model) {
		return CacheListener.NONE;
	}

	/**
	 * A call of a served model has ended.
	 * @param model the model and version
	 * @param outcome how it ended
	 * @param nanos the time from its arrival to its end, in nanoseconds
	 */
	default void completed(ModelKey model, Outcome outcome, long nanos) {
	}

	/**
	 * The traffic of a model has been set.
	 * @param model the name of the model
	 * @param traffic who gets its calls from now on
	 */
	default void routed(String model, Traffic traffic) {
	}

	/**
	 * A version has lost its traffic because too many of its calls failed.
	 * @param rolledBack which, and why
	 */
	default void rolledBack(RolledBack rolledBack) {
	}

	/**
	 * A copy of a call has ended, or was not made.
	 * @param model the model and version that got it, or was to get it
	 * @param outcome its outcome
	 */
	default void shadowed(ModelKey model, ShadowOutcome outcome) {
	}

}
