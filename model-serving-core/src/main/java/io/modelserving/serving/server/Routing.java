package io.modelserving.serving.server;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.Outcome;
import io.modelserving.serving.traffic.FailureWindow;
import io.modelserving.serving.traffic.Rollback;
import io.modelserving.serving.traffic.RollbackPolicy;
import io.modelserving.serving.traffic.RolledBack;
import io.modelserving.serving.traffic.ShadowCounts;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.model.ModelKey;

/**
 * The traffic of a model from when it is set until it is set again, and which versions
 * have lost it meanwhile.
 * <p>
 * Protocol: what calls read is volatile and immutable; how calls ended is recorded under
 * the lock, for a few nanoseconds, and only if there is a rule for returning. A call
 * reports to the routing that routed it, so that a report to a replaced routing changes
 * nothing.
 */
final class Routing {

	private final String model;

	private final Traffic traffic;

	private final Map<Long, FailureWindow> windows = new HashMap<>();

	private final ShadowCounts shadowCounts = new ShadowCounts(ShadowTraffic.MAX_INFLIGHT);

	private volatile SortedMap<Long, RolledBack> rolledBack = new TreeMap<>();

	private volatile Traffic effective;

	Routing(String model, Traffic traffic) {
		this.model = model;
		this.traffic = traffic;
		this.effective = traffic;
	}

	String model() {
		return this.model;
	}

	/**
	 * Return what was asked for.
	 */
	Traffic traffic() {
		return this.traffic;
	}

	/**
	 * Return what is to be done, which differs from what was asked for once a version was
	 * taken back.
	 */
	Traffic effective() {
		return this.effective;
	}

	/**
	 * Return the versions that were taken back, each with why. Not to be changed.
	 */
	SortedMap<Long, RolledBack> rolledBack() {
		return this.rolledBack;
	}

	ShadowCounts shadowCounts() {
		return this.shadowCounts;
	}

	boolean isRolledBack(long version) {
		return this.rolledBack.containsKey(version);
	}

	/**
	 * Record how a call ended.
	 * @param version the version that it was routed to
	 * @param outcome how it ended
	 * @param serving gives the versions that can serve; asked only when there is need
	 * @return what was taken back because of it, if anything
	 */
	Optional<RolledBack> record(long version, Outcome outcome, Supplier<SortedSet<Long>> serving) {
		Rollback rule = this.traffic.rollback();
		if (rule == null || !RollbackPolicy.counts(outcome)) {
			return Optional.empty();
		}
		synchronized (this) {
			if (this.rolledBack.containsKey(version)) {
				return Optional.empty();
			}
			FailureWindow window = this.windows.computeIfAbsent(version, key -> new FailureWindow(rule));
			if (!window.add(RollbackPolicy.isFailure(outcome))) {
				return Optional.empty();
			}
			Long to = RollbackPolicy.target(rule, version, serving.get());
			return (to != null) ? Optional.of(takeBack(rule, version, to, window)) : Optional.empty();
		}
	}

	private RolledBack takeBack(Rollback rule, long version, long to, FailureWindow window) {
		String reason = "%d of its last %d calls failed, more than the %s that are allowed".formatted(window.failures(),
				window.calls(), rule.failureRatio());
		RolledBack taken = new RolledBack(new ModelKey(this.model, version), to, window.calls(), window.failures(),
				reason, Instant.now());
		SortedMap<Long, RolledBack> all = new TreeMap<>(this.rolledBack);
		all.put(version, taken);
		this.rolledBack = all;
		this.effective = RollbackPolicy.after(this.traffic, all.keySet(), to);
		this.windows.remove(version);
		return taken;
	}

	/**
	 * Forget what was recorded of a version, which begins anew if it is loaded again.
	 * @param version the version that was unloaded
	 */
	synchronized void forget(long version) {
		this.windows.remove(version);
		if (this.rolledBack.containsKey(version)) {
			SortedMap<Long, RolledBack> left = new TreeMap<>(this.rolledBack);
			left.remove(version);
			this.rolledBack = left;
			this.effective = left.values()
				.stream()
				.max(Comparator.comparing(RolledBack::since))
				.map(last -> RollbackPolicy.after(this.traffic, left.keySet(), last.to()))
				.orElse(this.traffic);
		}
	}

}
