package io.modelserving.batching;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps what a listener throws away from the calls. The first failure is logged.
 */
final class GuardedListener implements BatchListener {

	private static final System.Logger logger = System.getLogger(GuardedListener.class.getName());

	private final BatchListener listener;

	private final AtomicBoolean logged = new AtomicBoolean();

	GuardedListener(BatchListener listener) {
		this.listener = listener;
	}

	@Override
	public void dispatched(DispatchReason reason, int requests, int rows) {
		guard(() -> this.listener.dispatched(reason, requests, rows));
	}

	@Override
	public void waited(long nanos) {
		guard(() -> this.listener.waited(nanos));
	}

	@Override
	public void executed(int requests, int rows, BatchTimes times, boolean succeeded) {
		guard(() -> this.listener.executed(requests, rows, times, succeeded));
	}

	@Override
	public void mismatched() {
		guard(this.listener::mismatched);
	}

	@Override
	public void terminated() {
		guard(this.listener::terminated);
	}

	@Override
	public void hung() {
		guard(this.listener::hung);
	}

	@Override
	public void rejected(RejectionReason reason, int rows) {
		guard(() -> this.listener.rejected(reason, rows));
	}

	private void guard(Runnable event) {
		try {
			event.run();
		}
		catch (RuntimeException | Error ex) {
			if (this.logged.compareAndSet(false, true)) {
				logger.log(System.Logger.Level.WARNING,
						"a batch listener failed and misses events; its further failures are not logged", ex);
			}
		}
	}

}
