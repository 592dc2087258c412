package io.modelserving.serving.lifecycle;

import io.modelserving.serving.ServingListener;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Delivers what happens to one version of a model to the listener, in the order in which
 * it happened.
 * <p>
 * Protocol: {@code add} may be called under a lock, {@code deliver} must not be. A thread
 * that finds no delivery under way delivers, also the events that others add meanwhile;
 * those return at once. So the listener is called by one thread at a time and may itself
 * cause events, which follow.
 */
public final class SlotEvents {

	private static final System.Logger logger = System.getLogger(SlotEvents.class.getName());

	private final ServingListener listener;

	private final Queue<Consumer<ServingListener>> pending = new ConcurrentLinkedQueue<>();

	private final AtomicInteger undelivered = new AtomicInteger();

	public SlotEvents(ServingListener listener) {
		this.listener = listener;
	}

	ServingListener listener() {
		return this.listener;
	}

	void add(Consumer<ServingListener> event) {
		this.pending.add(event);
	}

	/**
	 * Return whether all that was added has been delivered.
	 */
	boolean isIdle() {
		return this.pending.isEmpty() && this.undelivered.get() == 0;
	}

	void deliver() {
		if (this.undelivered.getAndIncrement() == 0) {
			int seen = 1;
			do {
				for (Consumer<ServingListener> event = this.pending.poll(); event != null; event = this.pending
					.poll()) {
					deliver(event);
				}
				seen = this.undelivered.addAndGet(-seen);
			}
			while (seen != 0);
		}
	}

	private void deliver(Consumer<ServingListener> event) {
		try {
			event.accept(this.listener);
		}
		catch (RuntimeException | Error ex) {
			logger.log(System.Logger.Level.WARNING, "a listener failed", ex);
		}
	}

}
