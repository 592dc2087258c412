package io.modelserving.batching;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A timer whose tasks run when the test moves its clock.
 */
final class ManualTimer implements DeadlineTimer {

	private final FakeTicker ticker;

	private final List<Task> tasks = new CopyOnWriteArrayList<>();

	ManualTimer(FakeTicker ticker) {
		this.ticker = ticker;
	}

	@Override
	public Runnable schedule(long delayNanos, Runnable task) {
		Task scheduled = new Task(this.ticker.getAsLong() + delayNanos, task);
		this.tasks.add(scheduled);
		return () -> this.tasks.remove(scheduled);
	}

	/**
	 * Move the clock and run what is due, on this thread.
	 */
	void advance(Duration duration) {
		this.ticker.advance(duration);
		long now = this.ticker.getAsLong();
		for (Task task : new ArrayList<>(this.tasks)) {
			if (task.due() - now <= 0 && this.tasks.remove(task)) {
				task.action().run();
			}
		}
	}

	int pending() {
		return this.tasks.size();
	}

	private record Task(long due, Runnable action) {
	}

}
