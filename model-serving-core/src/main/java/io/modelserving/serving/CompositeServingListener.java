package io.modelserving.serving;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.modelserving.batching.BatchListener;
import io.modelserving.batching.BatchTimes;
import io.modelserving.batching.DispatchReason;
import io.modelserving.batching.RejectionReason;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelStatus;

/**
 * Calls several listeners, and logs what they throw, unless that was to be expected.
 */
final class CompositeServingListener implements ServingListener {

	private static final System.Logger logger = System.getLogger(CompositeServingListener.class.getName());

	private final List<ServingListener> listeners;

	private final Predicate<RuntimeException> expected;

	/**
	 * Create a listener.
	 * @param listeners those to call
	 * @param expected which of their failures are no reason for a warning
	 */
	CompositeServingListener(List<ServingListener> listeners, Predicate<RuntimeException> expected) {
		this.listeners = List.copyOf(listeners);
		this.expected = expected;
	}

	@Override
	public void statusChanged(ModelStatus status) {
		tell(listener -> listener.statusChanged(status));
	}

	@Override
	public void prepared(ModelKey model, Duration load, Duration warmUp) {
		tell(listener -> listener.prepared(model, load, warmUp));
	}

	@Override
	public void tuned(TuningStatus status) {
		tell(listener -> listener.tuned(status));
	}

	@Override
	public void scaled(Scaled scaled) {
		tell(listener -> listener.scaled(scaled));
	}

	@Override
	public void completed(ModelKey model, Outcome outcome, long nanos) {
		tell(listener -> listener.completed(model, outcome, nanos));
	}

	@Override
	public void routed(String model, Traffic traffic) {
		tell(listener -> listener.routed(model, traffic));
	}

	@Override
	public void rolledBack(RolledBack rolledBack) {
		tell(listener -> listener.rolledBack(rolledBack));
	}

	@Override
	public void shadowed(ModelKey model, ShadowOutcome outcome) {
		tell(listener -> listener.shadowed(model, outcome));
	}

	@Override
	public BatchListener batchListener(ModelKey model) {
		return new CompositeBatchListener(
				this.listeners.stream().map(listener -> listener.batchListener(model)).toList(), this.expected);
	}

	private void tell(Consumer<ServingListener> event) {
		tell(this.listeners, event, this.expected);
	}

	private static <T> void tell(List<T> listeners, Consumer<T> event, Predicate<RuntimeException> expected) {
		for (T listener : listeners) {
			try {
				event.accept(listener);
			}
			catch (RuntimeException ex) {
				logger.log(expected.test(ex) ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
						"a listener failed", ex);
			}
		}
	}

	private record CompositeBatchListener(List<BatchListener> listeners,
			Predicate<RuntimeException> expected) implements BatchListener {

		@Override
		public void dispatched(DispatchReason reason, int requests, int rows) {
			tell(listener -> listener.dispatched(reason, requests, rows));
		}

		@Override
		public void waited(long nanos) {
			tell(listener -> listener.waited(nanos));
		}

		@Override
		public void executed(int requests, int rows, BatchTimes times, boolean succeeded) {
			tell(listener -> listener.executed(requests, rows, times, succeeded));
		}

		@Override
		public void mismatched() {
			tell(BatchListener::mismatched);
		}

		@Override
		public void terminated() {
			tell(BatchListener::terminated);
		}

		@Override
		public void hung() {
			tell(BatchListener::hung);
		}

		@Override
		public void rejected(RejectionReason reason, int rows) {
			tell(listener -> listener.rejected(reason, rows));
		}

		private void tell(Consumer<BatchListener> event) {
			CompositeServingListener.tell(this.listeners, event, this.expected);
		}

	}

}
