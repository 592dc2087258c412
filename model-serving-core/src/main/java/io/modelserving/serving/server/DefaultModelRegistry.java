package io.modelserving.serving.server;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.LatencyEstimate;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.serving.lifecycle.ModelSlot;
import io.modelserving.serving.lifecycle.ModelSlots;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.serving.traffic.TrafficStatus;
import io.modelserving.model.ModelKey;

/**
 * Reads the slots.
 */
final class DefaultModelRegistry implements ModelRegistry {

	private final ModelSlots slots;

	private final VersionRouter router;

	DefaultModelRegistry(ModelSlots slots, VersionRouter router) {
		this.slots = slots;
		this.router = router;
	}

	@Override
	public List<ModelSnapshot> models() {
		return this.slots.all().stream().map(ModelSlot::snapshot).toList();
	}

	@Override
	public Optional<ModelSnapshot> find(ModelKey key) {
		return Optional.ofNullable(this.slots.get(key)).map(ModelSlot::snapshot);
	}

	@Override
	public Optional<ModelKey> resolve(String name, @Nullable Long version) {
		ModelSlot slot = (version == null) ? this.router.principal(name)
				: (version < 1) ? null : this.slots.get(new ModelKey(name, version));
		return Optional.ofNullable(slot).map(ModelSlot::key);
	}

	@Override
	public Optional<LatencyEstimate> estimate(String model, @Nullable Long version, int before) {
		return resolve(model, version).map(this.slots::get)
			.map(ModelSlot::serving)
			.map(served -> served.estimate(before));
	}

	@Override
	public Optional<ModelSnapshot> find(String name) {
		return Optional.ofNullable(this.router.principal(name)).map(ModelSlot::snapshot);
	}

	@Override
	public Traffic traffic(String model) {
		return this.router.routing(model).traffic();
	}

	@Override
	public TrafficStatus trafficStatus(String model) {
		Routing routing = this.router.routing(model);
		return new TrafficReport(this.slots).of(routing, this.router.available(routing),
				(routing.traffic().shadow() != null) ? routing.shadowCounts().figures() : null);
	}

	@Override
	public BatchingLimits limits(ModelKey key) {
		return this.slots.require(key).limits();
	}

}
