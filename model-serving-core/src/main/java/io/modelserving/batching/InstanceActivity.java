package io.modelserving.batching;

/**
 * What an instance does. The thread of the instance writes; any thread reads what was
 * written last, in whole, as each change is one write of an immutable state.
 */
final class InstanceActivity {

	private volatile State state = new State(false, 0, 0, 0, 0, 0, 0);

	/**
	 * A batch begins.
	 * @param waitedNanos the time that its requests had waited, added up
	 */
	void begin(int requests, int rows, long waitedNanos, long now) {
		State old = this.state;
		this.state = new State(true, now, old.batches + 1, old.requests + requests, old.rows + rows,
				old.waitedNanos + waitedNanos, old.busyNanos);
	}

	/**
	 * The batch under way ends, if there is one.
	 */
	void end(long now) {
		State old = this.state;
		if (old.busy) {
			this.state = new State(false, 0, old.batches, old.requests, old.rows, old.waitedNanos,
					old.busyNanos + now - old.since);
		}
	}

	boolean isBusy() {
		return this.state.busy;
	}

	InstanceSnapshot snapshot(String name, String device, boolean hung, long now) {
		State last = this.state;
		return new InstanceSnapshot(name, device, last.busy, last.batches, last.requests, last.rows, last.waitedNanos,
				last.busyNanos + (last.busy ? Math.max(0, now - last.since) : 0), hung);
	}

	private record State(boolean busy, long since, long batches, long requests, long rows, long waitedNanos,
			long busyNanos) {
	}

}
