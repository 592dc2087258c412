package io.modelserving.batching;

import io.modelserving.batching.admission.RejectionReason;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Notifies listeners one after the other, and keeps what they throw away from the calls
 * and from each other. The first failure is logged. Allocates nothing. Thread-safe.
 */
public final class GuardedListener implements BatchListener {

	private static final System.Logger logger = System.getLogger(GuardedListener.class.getName());

	private volatile BatchListener[] listeners;

	private final AtomicBoolean logged = new AtomicBoolean();

	/**
	 * Create a listener that notifies others.
	 * @param listeners the listeners, in the order in which they are notified
	 */
	public GuardedListener(List<BatchListener> listeners) {
		this.listeners = listeners.toArray(BatchListener[]::new);
	}

	/**
	 * Notify one more, from now on.
	 * @param listener the listener
	 */
	public synchronized void add(BatchListener listener) {
		BatchListener[] more = Arrays.copyOf(this.listeners, this.listeners.length + 1);
		more[this.listeners.length] = listener;
		this.listeners = more;
	}

	@Override
	public void dispatched(DispatchReason reason, int requests, int rows) {
		for (BatchListener listener : this.listeners) {
			try {
				listener.dispatched(reason, requests, rows);
			}
			catch (RuntimeException | Error ex) {
				log(ex);
			}
		}
	}

	@Override
	public void waited(long nanos) {
		for (BatchListener listener : this.listeners) {
			try {
				listener.waited(nanos);
			}
			catch (RuntimeException | Error ex) {
				log(ex);
			}
		}
	}

	@Override
	public void executed(int requests, int rows, BatchTimes times, boolean succeeded) {
		for (BatchListener listener : this.listeners) {
			try {
				listener.executed(requests, rows, times, succeeded);
			}
			catch (RuntimeException | Error ex) {
				log(ex);
			}
		}
	}

	@Override
	public void mismatched() {
		notify(BatchListener::mismatched);
	}

	@Override
	public void terminated() {
		notify(BatchListener::terminated);
	}

	@Override
	public void hung() {
		notify(BatchListener::hung);
	}

	@Override
	public void rejected(RejectionReason reason, int rows) {
		for (BatchListener listener : this.listeners) {
			try {
				listener.rejected(reason, rows);
			}
			catch (RuntimeException | Error ex) {
				log(ex);
			}
		}
	}

	private void notify(Consumer<BatchListener> event) {
		for (BatchListener listener : this.listeners) {
			try {
				event.accept(listener);
			}
			catch (RuntimeException | Error ex) {
				log(ex);
			}
		}
	}

	private void log(Throwable failure) {
		if (this.logged.compareAndSet(false, true)) {
			logger.log(System.Logger.Level.WARNING,
					"a batch listener failed and misses events; its further failures are not logged", failure);
		}
	}

}
