package io.modelserving.serving.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.ModelAdministration;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ServingListener;
import io.modelserving.serving.lifecycle.ModelSlot;
import io.modelserving.serving.lifecycle.ModelSlots;
import io.modelserving.serving.lifecycle.SlotEvents;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelStatus;

/**
 * Changes the slots, each of which orders its own steps.
 * <p>
 * Protocol: slots are added and removed under the lock of this object. A slot that is
 * unloaded is among {@code leaving} until its memory is free. If its version is loaded
 * again meanwhile, the new slot takes its place, and the further events of the old one
 * are dropped.
 */
final class DefaultModelAdministration implements ModelAdministration {

	private final ModelSlots slots = new ModelSlots();

	private final VersionRouter router;

	private final Set<ModelSlot> leaving = new LinkedHashSet<>();

	private final BiFunction<ModelDefinition, SlotEvents, ModelSlot> slotFactory;

	private final ServingListener listener;

	private volatile boolean closed;

	/**
	 * Create the administration, with a slot for each definition.
	 * @param definitions what is to be loaded first
	 * @param slotFactory makes the slot of a version, which delivers its events as given
	 * @param random gives numbers from 0 to less than 1, by which traffic is split
	 * @param listener gets the events of all models
	 * @throws IllegalArgumentException if a version of a model is defined twice
	 */
	DefaultModelAdministration(List<ModelDefinition> definitions,
			BiFunction<ModelDefinition, SlotEvents, ModelSlot> slotFactory, DoubleSupplier random,
			ServingListener listener) {
		this.slotFactory = slotFactory;
		this.listener = listener;
		this.router = new VersionRouter(this.slots, random);
		for (ModelDefinition definition : definitions) {
			this.router.begin(definition.key(), definition.traffic());
			ModelSlot slot = slotFactory.apply(definition, new SlotEvents(listener));
			if (this.slots.put(definition.key(), slot) != null) {
				throw new IllegalArgumentException("model %s is defined twice".formatted(definition.key()));
			}
		}
	}

	ModelSlots slots() {
		return this.slots;
	}

	VersionRouter router() {
		return this.router;
	}

	void loadAll() {
		this.slots.all().forEach(slot -> slot.load(slot.definition()));
	}

	/**
	 * Reject further loads.
	 */
	synchronized void close() {
		this.closed = true;
	}

	/**
	 * Retire all models, also those that are being unloaded.
	 * @param remaining gives the time that is left for it
	 * @return whether all was completed and freed
	 */
	boolean retireAll(Supplier<Duration> remaining) {
		boolean freed = true;
		for (ModelSlot slot : allAndLeaving()) {
			freed &= slot.retire(remaining);
		}
		return freed;
	}

	private synchronized List<ModelSlot> allAndLeaving() {
		List<ModelSlot> all = new ArrayList<>(this.slots.all());
		all.addAll(this.leaving);
		return all;
	}

	@Override
	public CompletableFuture<ModelStatus> load(ModelDefinition definition) {
		CompletableFuture<ModelStatus> loaded;
		boolean rerouted;
		synchronized (this) {
			if (this.closed) {
				return CompletableFuture.failedFuture(closing());
			}
			rerouted = this.router.define(definition.key(), definition.traffic());
			loaded = slotFor(definition).load(definition);
		}
		if (rerouted) {
			this.listener.routed(definition.key().name(), this.router.routing(definition.key().name()).traffic());
		}
		return loaded;
	}

	private ModelSlot slotFor(ModelDefinition definition) {
		ModelSlot present = this.slots.get(definition.key());
		if (present != null) {
			return present;
		}
		SlotEvents events = new SlotEvents(this.listener);
		for (ModelSlot before : this.leaving) {
			if (before.key().equals(definition.key())) {
				events = before.supersede();
			}
		}
		ModelSlot slot = this.slotFactory.apply(definition, events);
		this.slots.put(definition.key(), slot);
		return slot;
	}

	private static ModelUnavailable closing() {
		return new ModelUnavailable("the application is shutting down and loads no more models", Duration.ofSeconds(1));
	}

	@Override
	public CompletableFuture<ModelStatus> reload(ModelKey key) {
		try {
			return load(this.slots.require(key).definition());
		}
		catch (ModelNotFound ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	@Override
	public CompletableFuture<ModelStatus> unload(ModelKey key) {
		ModelSlot slot;
		synchronized (this) {
			slot = this.slots.remove(key);
			if (slot == null) {
				return CompletableFuture.failedFuture(this.slots.notFound(key));
			}
			this.leaving.add(slot);
			this.router.forget(key);
		}
		return slot.unload().whenComplete((status, failure) -> forgetGone());
	}

	private synchronized void forgetGone() {
		this.leaving.removeIf(ModelSlot::isGone);
	}

	@Override
	public void route(String model, Traffic traffic) {
		this.router.route(model, traffic);
		this.listener.routed(model, traffic);
	}

	@Override
	public void enable(ModelKey key) {
		this.slots.require(key).enable(true);
	}

	@Override
	public void disable(ModelKey key) {
		this.slots.require(key).enable(false);
	}

	@Override
	public CompletableFuture<ModelStatus> scale(ModelKey key, int instancesPerDevice) {
		if (this.closed) {
			return CompletableFuture.failedFuture(closing());
		}
		ModelSlot slot = this.slots.get(key);
		return (slot != null) ? slot.scale(instancesPerDevice, "asked for")
				: CompletableFuture.failedFuture(this.slots.notFound(key));
	}

	/**
	 * Ask of every model whether the number of instances is to change.
	 * @param now the current nanosecond time
	 */
	void checkScaling(long now) {
		if (!this.closed) {
			this.slots.all().forEach(slot -> slot.check(now));
		}
	}

	@Override
	public void limit(ModelKey key, BatchingLimits limits) {
		this.slots.require(key).limit(limits);
	}

	@Override
	public void clearCache(ModelKey key) {
		this.slots.require(key).clearCache();
	}

}
