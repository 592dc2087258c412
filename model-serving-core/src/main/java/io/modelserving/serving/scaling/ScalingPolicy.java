package io.modelserving.serving.scaling;

import java.time.Duration;

/**
 * Decides how many instances a model has on each device, by how long calls wait and how
 * much the instances have to do. Pure: what was seen, and the time, are arguments.
 * <p>
 * It adds half of the instances as soon as calls waited too long on busy ones: more
 * instances do not shorten a wait for other calls, or a wait beside idle instances. It
 * removes one once its work would have fitted on the others, with room to spare, for long
 * enough.
 *
 * @param minInstances the fewest on each device, at least 1
 * @param maxInstances the most on each device
 * @param scaleUpQueueTime the time that calls may wait on average
 * @param interval the time over which is averaged, and which passes between two changes
 * @param scaleDownAfter for how long there must have been too many
 */
public record ScalingPolicy(int minInstances, int maxInstances, Duration scaleUpQueueTime, Duration interval,
		Duration scaleDownAfter) {

	/** From this share of their time on, instances count as busy. */
	private static final double BUSY = 0.8;

	/** Those that stay may have this share of their time to work when one goes. */
	private static final double ROOM = 0.6;

	public ScalingPolicy {
		if (minInstances < 1) {
			throw new IllegalArgumentException("min-instances is %d; it must be at least 1".formatted(minInstances));
		}
		if (maxInstances < minInstances || maxInstances > InstanceSettings.MOST_INSTANCES) {
			throw new IllegalArgumentException(
					"max-instances is %d; it must be at least min-instances, %d, and at most %d".formatted(maxInstances,
							minInstances, InstanceSettings.MOST_INSTANCES));
		}
		positive("scale-up-queue-time", scaleUpQueueTime);
		positive("scale-interval", interval);
		positive("scale-down-after", scaleDownAfter);
	}

	private static void positive(String name, Duration value) {
		if (value.isNegative() || value.isZero() || value.toDays() > 1) {
			throw new IllegalArgumentException(
					"%s is %s; it must be longer than 0 and at most a day".formatted(name, value));
		}
	}

	/**
	 * Decide.
	 * @param seen what was seen over the interval that ends now
	 * @param history what was decided before
	 * @param now the current nanosecond time
	 * @return the wanted number, and why
	 */
	ScalingDecision decide(Reading seen, History history, long now) {
		if (seen.instances() < this.minInstances) {
			return changed(this.minInstances, "min-instances is %d".formatted(this.minInstances), now);
		}
		if (seen.instances() > this.maxInstances) {
			return changed(this.maxInstances, "max-instances is %d".formatted(this.maxInstances), now);
		}
		if (now - history.changed() < this.interval.toNanos()) {
			return new ScalingDecision(seen.instances(), "changed within %s".formatted(this.interval), history);
		}
		if (seen.queueNanos() > this.scaleUpQueueTime.toNanos() && seen.utilisation() >= BUSY) {
			return grow(seen, history, now);
		}
		return shrink(seen, history, now);
	}

	private ScalingDecision grow(Reading seen, History history, long now) {
		String why = "calls waited %s, more than %d ms".formatted(seen, this.scaleUpQueueTime.toMillis());
		if (seen.instances() == this.maxInstances) {
			return new ScalingDecision(seen.instances(), why + "; there are as many as max-instances allows",
					history.withoutCalm());
		}
		int more = Math.max(1, seen.instances() / 2);
		return changed(Math.min(this.maxInstances, seen.instances() + more), why, now);
	}

	private ScalingDecision shrink(Reading seen, History history, long now) {
		String why = "calls waited %s".formatted(seen);
		int fewer = seen.instances() - 1;
		boolean calm = fewer >= this.minInstances && seen.queueNanos() <= this.scaleUpQueueTime.toNanos() / 2
				&& seen.utilisation() * seen.instances() <= ROOM * fewer;
		if (!calm) {
			return new ScalingDecision(seen.instances(), why, history.withoutCalm());
		}
		History calmer = history.calmAt(now);
		if (now - calmer.calmSince() < this.scaleDownAfter.toNanos()) {
			return new ScalingDecision(seen.instances(), why, calmer);
		}
		return changed(fewer, why + ", for %s".formatted(this.scaleDownAfter), now);
	}

	private static ScalingDecision changed(int instances, String reason, long now) {
		return new ScalingDecision(instances, reason, new History(now, false, now));
	}

	/**
	 * What was seen.
	 *
	 * @param instances the number on each device
	 * @param queueNanos the time that calls waited on average, or the oldest of those
	 * that wait, if that is longer
	 * @param utilisation the share of their time that the instances were busy
	 */
	record Reading(int instances, long queueNanos, double utilisation) {

		@Override
		public String toString() {
			return "%d ms beside instances that were busy %d %% of the time"
				.formatted(Duration.ofNanos(this.queueNanos).toMillis(), Math.round(100 * this.utilisation));
		}

	}

	/**
	 * What was decided before.
	 *
	 * @param changed the nanosecond time of the last change
	 * @param calm whether there have been too many since
	 * @param calmSince since when, as nanosecond time
	 */
	record History(long changed, boolean calm, long calmSince) {

		static History beginning(long now) {
			return new History(now, false, now);
		}

		private History withoutCalm() {
			return new History(this.changed, false, this.changed);
		}

		private History calmAt(long now) {
			return this.calm ? this : new History(this.changed, true, now);
		}

	}

}
