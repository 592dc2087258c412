package io.modelserving.serving;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.modelserving.batching.BatchListener;
import io.modelserving.batching.BatchTimes;
import io.modelserving.batching.DispatchReason;
import io.modelserving.batching.RejectionReason;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelStatus;

/**
 * Tells several listeners, and keeps what they throw from whom it does not concern.
 */
final class CompositeServingListener implements ServingListener {

	private static final System.Logger logger = System.getLogger(CompositeServingListener.class.getName());

	private final List<ServingListener> listeners;

	CompositeServingListener(List<ServingListener> listeners) {
		this.listeners = List.copyOf(listeners);
	}

	@Override
	public void statusChanged(ModelStatus status) {
		tell(this.listeners, listener -> listener.statusChanged(status));
	}

	@Override
	public void prepared(ModelKey model, Duration load, Duration warmUp) {
		tell(this.listeners, listener -> listener.prepared(model, load, warmUp));
	}

	@Override
	public void tuned(TuningStatus status) {
		tell(this.listeners, listener -> listener.tuned(status));
	}

	@Override
	public void scaled(Scaled scaled) {
		tell(this.listeners, listener -> listener.scaled(scaled));
	}

	@Override
	public void completed(ModelKey model, Outcome outcome, long nanos) {
		tell(this.listeners, listener -> listener.completed(model, outcome, nanos));
	}

	@Override
	public void routed(String model, Traffic traffic) {
		tell(this.listeners, listener -> listener.routed(model, traffic));
	}

	@Override
	public void rolledBack(RolledBack rolledBack) {
		tell(this.listeners, listener -> listener.rolledBack(rolledBack));
	}

	@Override
	public void shadowed(ModelKey model, ShadowOutcome outcome) {
		tell(this.listeners, listener -> listener.shadowed(model, outcome));
	}

	@Override
	public BatchListener batchListener(ModelKey model) {
		return new CompositeBatchListener(
				this.listeners.stream().map(listener -> listener.batchListener(model)).toList());
	}

	private static <T> void tell(List<T> listeners, Consumer<T> event) {
		for (T listener : listeners) {
			try {
				event.accept(listener);
			}
			catch (RuntimeException ex) {
				logger.log(System.Logger.Level.WARNING, "a listener failed", ex);
			}
		}
	}

	private record CompositeBatchListener(List<BatchListener> listeners) implements BatchListener {

		@Override
		public void dispatched(DispatchReason reason, int requests, int rows) {
			tell(this.listeners, listener -> listener.dispatched(reason, requests, rows));
		}

		@Override
		public void waited(long nanos) {
			tell(this.listeners, listener -> listener.waited(nanos));
		}

		@Override
		public void executed(int requests, int rows, BatchTimes times, boolean succeeded) {
			tell(this.listeners, listener -> listener.executed(requests, rows, times, succeeded));
		}

		@Override
		public void mismatched() {
			tell(this.listeners, BatchListener::mismatched);
		}

		@Override
		public void terminated() {
			tell(this.listeners, BatchListener::terminated);
		}

		@Override
		public void hung() {
			tell(this.listeners, BatchListener::hung);
		}

		@Override
		public void rejected(RejectionReason reason, int rows) {
			tell(this.listeners, listener -> listener.rejected(reason, rows));
		}

	}

}
