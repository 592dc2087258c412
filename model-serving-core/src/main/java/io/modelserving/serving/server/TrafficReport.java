package io.modelserving.serving.server;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.lifecycle.ModelSlot;
import io.modelserving.serving.lifecycle.ModelSlots;
import io.modelserving.serving.traffic.RolledBack;
import io.modelserving.serving.traffic.ShadowFigures;
import io.modelserving.serving.traffic.TrafficPolicy;
import io.modelserving.serving.traffic.TrafficStatus;
import io.modelserving.model.ModelKey;

/**
 * Reports the traffic of a model, and why it is so.
 */
final class TrafficReport {

	private final ModelSlots slots;

	TrafficReport(ModelSlots slots) {
		this.slots = slots;
	}

	TrafficStatus of(Routing routing, SortedSet<Long> available, @Nullable ShadowFigures shadow) {
		SortedMap<Long, Double> shares = TrafficPolicy.shares(routing.effective(), available);
		List<String> reasons = new ArrayList<>();
		SortedSet<Long> wanted = new TreeSet<>(routing.traffic().weights().keySet());
		if (routing.traffic().defaultVersion() != null) {
			wanted.add(routing.traffic().defaultVersion());
		}
		if (routing.traffic().shadow() != null) {
			wanted.add(routing.traffic().shadow().version());
		}
		wanted.addAll(routing.rolledBack().keySet());
		for (long version : wanted) {
			String obstacle = obstacle(routing, version);
			if (obstacle != null) {
				reasons.add("version %d %s".formatted(version, obstacle));
			}
		}
		if (shares.isEmpty()) {
			reasons.add("no version can take calls");
		}
		return new TrafficStatus(routing.traffic(), shares, reasons, List.copyOf(routing.rolledBack().values()),
				shadow);
	}

	private @Nullable String obstacle(Routing routing, long version) {
		RolledBack rolledBack = routing.rolledBack().get(version);
		if (rolledBack != null) {
			return "has lost its traffic to version %d: %s; setting the traffic again gives it back"
				.formatted(rolledBack.to(), rolledBack.reason());
		}
		ModelSlot slot = this.slots.get(new ModelKey(routing.model(), version));
		if (slot == null) {
			return "is not loaded yet; it will get its part";
		}
		return slot.isAvailable() ? null : "is " + slot.status().describe();
	}

}
