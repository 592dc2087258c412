package io.modelserving.model;

import org.jspecify.annotations.Nullable;

/**
 * Ends a run from another thread. Thread-safe.
 * <p>
 * The runs that share a control follow one another: a {@link Model} registers with
 * {@link #onTerminate} what ends its run, and calls {@link #ended()} before it frees what
 * that action uses. The action runs while the lock is held, so {@code ended()} waits for
 * it, and no action starts after {@code ended()} has returned.
 */
public final class RunControl {

	private final Object lock = new Object();

	private final @Nullable Object call;

	private boolean terminated;

	private @Nullable Runnable action;

	/**
	 * Create a control of runs of which nothing else is known.
	 */
	public RunControl() {
		this(null);
	}

	/**
	 * Create a control.
	 * @param call what was said of the only call of the run, or {@code null} if nothing
	 * was, or there are several
	 */
	public RunControl(@Nullable Object call) {
		this.call = call;
	}

	/**
	 * Return what was said of the call beside its inputs, where the run is for one call.
	 * @param <T> the type
	 * @param type the type, which is that of the service's requests
	 * @return the call, or {@code null} if the run has several, or nothing was said
	 */
	public <T> @Nullable T call(Class<T> type) {
		return type.isInstance(this.call) ? type.cast(this.call) : null;
	}

	/**
	 * End the current run as soon as the runtime can, and all later ones of this control
	 * before they begin. It does not wait for the end. Calling it again does nothing.
	 */
	public void terminate() {
		synchronized (this.lock) {
			if (!this.terminated) {
				this.terminated = true;
				if (this.action != null) {
					this.action.run();
				}
			}
		}
	}

	/**
	 * Return whether {@link #terminate()} has been called.
	 * @return {@code true} once it has
	 */
	public boolean isTerminated() {
		synchronized (this.lock) {
			return this.terminated;
		}
	}

	/**
	 * Register what ends the run that begins now, in place of what was registered before.
	 * @param action ends the run; it must be quick and must not throw. It runs at most
	 * once: now if the control is terminated already, else when it is, unless the run has
	 * ended by then
	 */
	public void onTerminate(Runnable action) {
		synchronized (this.lock) {
			if (this.terminated) {
				action.run();
			}
			else {
				this.action = action;
			}
		}
	}

	/**
	 * Forget what ends the run, which is over.
	 */
	public void ended() {
		synchronized (this.lock) {
			this.action = null;
		}
	}

}
