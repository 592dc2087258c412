package io.modelserving.batch;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * How far a job is. Written by its thread and by those that complete results, read by
 * any.
 */
final class ScoringProgress {

	private static final int BAR = 24;

	private final LongSupplier clock;

	private final LongAdder scored = new LongAdder();

	private volatile long started;

	private volatile double fractionAtStart;

	private volatile double fraction;

	private volatile long rows;

	private volatile long rejected;

	/**
	 * Create the progress of a job that has not begun.
	 * @param clock gives nanoseconds
	 */
	ScoringProgress(LongSupplier clock) {
		this.clock = clock;
		this.started = clock.getAsLong();
	}

	void begin(double fractionDone) {
		this.started = this.clock.getAsLong();
		this.fractionAtStart = fractionDone;
		this.fraction = fractionDone;
	}

	void read(double fractionRead) {
		this.fraction = fractionRead;
	}

	void scored() {
		this.scored.increment();
	}

	void written(long allRows, long allRejected) {
		this.rows = allRows;
		this.rejected = allRejected;
	}

	/**
	 * Return how far the job is at this moment.
	 */
	Snapshot snapshot() {
		double seconds = (this.clock.getAsLong() - this.started) / 1e9;
		double done = this.fraction - this.fractionAtStart;
		Duration remaining = (done > 0 && seconds > 0)
				? Duration.ofMillis(Math.round(1000 * seconds * (1 - this.fraction) / done)) : null;
		return new Snapshot(this.rows, this.rejected, this.fraction, (seconds > 0) ? this.scored.sum() / seconds : 0,
				remaining);
	}

	/**
	 * How far a job is.
	 *
	 * @param rows the results that were written, also by earlier processes
	 * @param rejected the rows that were rejected
	 * @param fraction which part of the input was read, from 0 to 1
	 * @param rowsPerSecond the rows scored in a second since this process began
	 * @param remaining the time until the end, {@code null} if nothing is known
	 */
	record Snapshot(long rows, long rejected, double fraction, double rowsPerSecond, @Nullable Duration remaining) {

		@Override
		public String toString() {
			return String.format(Locale.ROOT, "%d rows scored, %d rejected, %.1f %% of the input, %.0f rows a second%s",
					this.rows, this.rejected, 100 * this.fraction, this.rowsPerSecond,
					(this.remaining != null) ? ", %s left".formatted(text(this.remaining)) : "");
		}

		/**
		 * Return a line for a terminal.
		 */
		String bar() {
			int filled = (int) (BAR * this.fraction);
			return "[%s%s] %s".formatted("#".repeat(filled), " ".repeat(BAR - filled), this);
		}

		private static String text(Duration time) {
			return (time.toHours() > 0)
					? "%d:%02d:%02d".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart())
					: "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
		}

	}

}
