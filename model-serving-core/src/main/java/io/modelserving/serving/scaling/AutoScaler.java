package io.modelserving.serving.scaling;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.batching.InstanceSnapshot;
import io.modelserving.serving.scaling.ScalingPolicy.History;
import io.modelserving.serving.scaling.ScalingPolicy.Reading;

/**
 * Watches a served model, and says once in every interval how many instances its policy
 * wants. Checked by one thread at a time; the reason may be read by any.
 */
public final class AutoScaler {

	private final ScalingPolicy policy;

	private Map<String, InstanceSnapshot> before = Map.of();

	private long since;

	private History history;

	private volatile String reason = "nothing was seen yet";

	public AutoScaler(ScalingPolicy policy, long now) {
		this.policy = policy;
		this.since = now;
		this.history = History.beginning(now);
	}

	public ScalingPolicy policy() {
		return this.policy;
	}

	/**
	 * Return what was decided last, and why.
	 */
	public String reason() {
		return this.reason;
	}

	/**
	 * Check what there is to do.
	 * @param batcher what the batcher does
	 * @param perDevice the number of instances on each device
	 * @param now the current nanosecond time
	 * @return what was decided, or {@code null} if the interval is not over yet
	 */
	public @Nullable ScalingDecision check(BatcherSnapshot batcher, int perDevice, long now) {
		long elapsed = now - this.since;
		if (elapsed < this.policy.interval().toNanos()) {
			return null;
		}
		Reading seen = read(batcher, perDevice, elapsed);
		this.since = now;
		ScalingDecision decision = this.policy.decide(seen, this.history, now);
		this.history = decision.history();
		this.reason = decision.reason();
		return decision;
	}

	private Reading read(BatcherSnapshot batcher, int perDevice, long elapsed) {
		long requests = 0;
		long waited = 0;
		long busy = 0;
		int serving = 0;
		Map<String, InstanceSnapshot> current = new HashMap<>();
		for (InstanceSnapshot instance : batcher.each()) {
			current.put(instance.name(), instance);
			if (instance.hung()) {
				continue;
			}
			serving++;
			InstanceSnapshot old = this.before.get(instance.name());
			requests += instance.requests() - ((old != null) ? old.requests() : 0);
			waited += instance.waitedNanos() - ((old != null) ? old.waitedNanos() : 0);
			busy += instance.busyNanos() - ((old != null) ? old.busyNanos() : 0);
		}
		this.before = current;
		long mean = (requests > 0) ? waited / requests : 0;
		double utilisation = (double) busy / elapsed / Math.max(1, serving);
		return new Reading(perDevice, Math.max(mean, batcher.oldestWaitNanos()), Math.min(1, utilisation));
	}

}
