package io.modelserving.batching.admission;

import java.util.Arrays;

/**
 * The slots of the instances, and when each run that is under way should end. Not
 * thread-safe; it is guarded by the lock of the queue.
 */
public final class RunsUnderWay {

	private long[] ends = new long[2];

	private int running;

	private int slots;

	public void registered() {
		this.slots++;
	}

	public void deregistered() {
		this.slots--;
	}

	/**
	 * A run begins.
	 * @param end the nanosecond time at which it should end
	 */
	public void begin(long end) {
		if (this.running == this.ends.length) {
			this.ends = Arrays.copyOf(this.ends, 2 * this.running);
		}
		int i = this.running++;
		for (; i > 0 && this.ends[i - 1] - end > 0; i--) {
			this.ends[i] = this.ends[i - 1];
		}
		this.ends[i] = end;
	}

	/**
	 * A run is over.
	 * @param end the time at which it should have ended
	 */
	public void completed(long end) {
		for (int i = 0; i < this.running; i++) {
			if (this.ends[i] == end) {
				System.arraycopy(this.ends, i + 1, this.ends, i, this.running - i - 1);
				this.running--;
				return;
			}
		}
	}

	/**
	 * Return when a batch is begun if all have as many rows.
	 * @param batchesBefore the number of batches that go before it
	 * @param nanosPerBatch the time that each takes, in nanoseconds
	 * @param now the current nanosecond time
	 * @return after how many nanoseconds; 0 if an instance is idle that may begin it
	 */
	long nanosUntil(int batchesBefore, long nanosPerBatch, long now) {
		int instances = Math.max(1, this.slots);
		int free = batchesBefore % instances - (instances - this.running);
		long first = (free < 0) ? 0 : Math.max(0, this.ends[Math.min(free, this.running - 1)] - now);
		return first + batchesBefore / instances * nanosPerBatch;
	}

}
