package io.modelserving.serving.server;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.modelserving.model.Outcome;
import io.modelserving.serving.ServingListener;
import io.modelserving.serving.cache.CacheListener;
import io.modelserving.serving.cache.CacheOutcome;
import io.modelserving.serving.scaling.Scaled;
import io.modelserving.serving.traffic.RolledBack;
import io.modelserving.serving.traffic.ShadowOutcome;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.batching.BatchListener;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelStatus;
import io.modelserving.sequence.SequenceEnd;
import io.modelserving.sequence.SequenceListener;

/**
 * Notifies several listeners, and logs what they throw, unless that was to be expected.
 * The end of a request, the one event that each request causes, allocates nothing.
 */
final class CompositeServingListener implements ServingListener {

	private static final System.Logger logger = System.getLogger(CompositeServingListener.class.getName());

	private final ServingListener[] listeners;

	private final Predicate<RuntimeException> expected;

	/**
	 * Create a listener.
	 * @param listeners those to call
	 * @param expected which of their failures are no reason for a warning
	 */
	CompositeServingListener(List<ServingListener> listeners, Predicate<RuntimeException> expected) {
		this.listeners = listeners.toArray(ServingListener[]::new);
		this.expected = expected;
	}

	@Override
	public void statusChanged(ModelStatus status) {
		notify(listener -> listener.statusChanged(status));
	}

	@Override
	public void prepared(ModelKey model, Duration load, Duration warmUp) {
		notify(listener -> listener.prepared(model, load, warmUp));
	}

	@Override
	public void scaled(Scaled scaled) {
		notify(listener -> listener.scaled(scaled));
	}

	@Override
	public void completed(ModelKey model, Outcome outcome, long nanos) {
		for (ServingListener listener : this.listeners) {
			try {
				listener.completed(model, outcome, nanos);
			}
			catch (RuntimeException ex) {
				log(ex);
			}
		}
	}

	@Override
	public void routed(String model, Traffic traffic) {
		notify(listener -> listener.routed(model, traffic));
	}

	@Override
	public void rolledBack(RolledBack rolledBack) {
		notify(listener -> listener.rolledBack(rolledBack));
	}

	@Override
	public void shadowed(ModelKey model, ShadowOutcome outcome) {
		notify(listener -> listener.shadowed(model, outcome));
	}

	@Override
	public BatchListener batchListener(ModelKey model) {
		return BatchListener.of(Arrays.stream(this.listeners).map(listener -> listener.batchListener(model)).toList());
	}

	@Override
	public SequenceListener sequenceListener(ModelKey model) {
		List<SequenceListener> all = Arrays.stream(this.listeners)
			.map(listener -> listener.sequenceListener(model))
			.filter(listener -> listener != SequenceListener.NONE)
			.toList();
		return new SequenceListener() {

			@Override
			public void started() {
				all.forEach(SequenceListener::started);
			}

			@Override
			public void ended(SequenceEnd end) {
				all.forEach(listener -> listener.ended(end));
			}

		};
	}

	@Override
	public CacheListener cacheListener(ModelKey model) {
		CacheListener[] each = Arrays.stream(this.listeners)
			.map(listener -> listener.cacheListener(model))
			.toArray(CacheListener[]::new);
		return new CacheListener() {

			@Override
			public void looked(CacheOutcome outcome, long nanos) {
				CompositeServingListener.this.notify(each, listener -> listener.looked(outcome, nanos));
			}

			@Override
			public void evicted() {
				CompositeServingListener.this.notify(each, CacheListener::evicted);
			}

			@Override
			public void failed() {
				CompositeServingListener.this.notify(each, CacheListener::failed);
			}

		};
	}

	private void notify(Consumer<ServingListener> event) {
		notify(this.listeners, event);
	}

	private <L> void notify(L[] listeners, Consumer<? super L> event) {
		for (L listener : listeners) {
			try {
				event.accept(listener);
			}
			catch (RuntimeException ex) {
				log(ex);
			}
		}
	}

	private void log(RuntimeException failure) {
		logger.log(this.expected.test(failure) ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
				"a listener failed", failure);
	}

}
