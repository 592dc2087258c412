package io.modelserving.serving.server;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.Outcome;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.lifecycle.ModelSlot;
import io.modelserving.serving.lifecycle.ModelSlots;
import io.modelserving.serving.lifecycle.ServedModel;
import io.modelserving.serving.traffic.RolledBack;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.serving.traffic.TrafficPolicy;
import io.modelserving.serving.traffic.VersionChoice;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.ModelKey;
import io.modelserving.sequence.SequenceStep;

/**
 * Finds the slot for a call, by the version that it names or by the traffic of the model.
 * Thread-safe; calls are routed without a lock, traffic is set under the lock of this
 * object.
 */
final class VersionRouter {

	private final ModelSlots slots;

	private final DoubleSupplier random;

	private final Map<String, Routing> routings = new ConcurrentHashMap<>();

	/** The traffic that a definition has given to each model last. */
	private final Map<String, Traffic> defined = new HashMap<>();

	/** The traffic that the last definition of each version has. */
	private final Map<ModelKey, Traffic> ofVersions = new HashMap<>();

	/**
	 * Create a router.
	 * @param slots the slots
	 * @param random gives numbers from 0 to less than 1
	 */
	VersionRouter(ModelSlots slots, DoubleSupplier random) {
		this.slots = slots;
		this.random = random;
	}

	/**
	 * Take the traffic that the definition of a version gives to its model at startup. It
	 * may name versions that are loaded later.
	 * @param traffic the traffic, or {@code null} if the definition does not say
	 */
	synchronized void begin(ModelKey key, @Nullable Traffic traffic) {
		if (traffic != null) {
			this.ofVersions.put(key, traffic);
			if (!traffic.equals(Traffic.NONE) && this.defined.putIfAbsent(key.name(), traffic) == null) {
				this.routings.put(key.name(), new Routing(key.name(), traffic));
			}
		}
	}

	/**
	 * Take the traffic that the definition of a version gives to its model, if it differs
	 * from that of the definition before: then it replaces the traffic of the model, also
	 * one that was set by hand.
	 * @param traffic the traffic, or {@code null} if the definition does not say
	 * @return whether the traffic of a model that was known is replaced
	 */
	synchronized boolean define(ModelKey key, @Nullable Traffic traffic) {
		if (traffic == null) {
			return false;
		}
		boolean known = !this.slots.of(key.name()).isEmpty();
		Traffic before = this.ofVersions.put(key, traffic);
		boolean changed = !traffic.equals((before != null) ? before : Traffic.NONE);
		if (!changed || traffic.equals(this.defined.put(key.name(), traffic))) {
			return false;
		}
		this.routings.put(key.name(), new Routing(key.name(), traffic));
		return known;
	}

	/**
	 * Forget what is known of a version that was unloaded, and with the last version of a
	 * model its traffic.
	 */
	synchronized void forget(ModelKey key) {
		this.ofVersions.remove(key);
		if (this.slots.of(key.name()).isEmpty()) {
			this.defined.remove(key.name());
			this.routings.remove(key.name());
		}
		else {
			routing(key.name()).forget(key.version());
		}
	}

	/** A name that a caller has made up is not kept. */
	Routing routing(String name) {
		Routing routing = this.routings.get(name);
		if (routing != null) {
			return routing;
		}
		return this.slots.of(name).isEmpty() ? new Routing(name, Traffic.NONE)
				: this.routings.computeIfAbsent(name, (known) -> new Routing(known, Traffic.NONE));
	}

	/**
	 * Replace the traffic of a model.
	 * @throws ModelNotFound if the model is not known
	 * @throws IllegalArgumentException if one of the versions named is not
	 */
	synchronized void route(String name, Traffic traffic) {
		SortedSet<Long> known = this.slots.versions(name, any -> true);
		if (known.isEmpty()) {
			throw this.slots.unknown(name);
		}
		Set<Long> missing = new TreeSet<>(traffic.versions());
		missing.removeAll(known);
		if (!missing.isEmpty()) {
			throw new IllegalArgumentException(
					"model \"%s\" has no version %s; it has %s".formatted(name, list(missing), list(known)));
		}
		this.routings.put(name, new Routing(name, traffic));
	}

	private static String list(Set<Long> versions) {
		return String.join(", ", versions.stream().map(String::valueOf).toList());
	}

	/**
	 * Find the slot for a call.
	 * @param request the call
	 * @return where it goes, to a version that does not serve if none does
	 * @throws ModelNotFound if there is no such model or version
	 */
	Destination route(InferenceRequest request) {
		Long version = request.version();
		if (version != null) {
			return new Destination(this.slots.require(request.model(), version), null);
		}
		Routing routing = routing(request.model());
		SequenceStep step = request.sequence();
		ModelSlot slot = (step != null && !step.start()) ? keeper(routing, step.id()) : null;
		slot = (slot != null) ? slot : slot(routing,
				available -> TrafficPolicy.choose(routing.effective(), available, request.routingKey(), this.random));
		if (slot == null) {
			throw this.slots.unknown(request.model());
		}
		return new Destination(slot, routing);
	}

	/**
	 * Find the version on which a sequence has begun last, or was last known.
	 */
	private @Nullable ModelSlot keeper(Routing routing, String sequence) {
		ModelSlot keeper = null;
		long last = -1;
		for (ModelSlot slot : this.slots.of(routing.model())) {
			ServedModel served = isAvailable(routing, slot) ? slot.serving() : null;
			long number = (served != null) ? served.sequenceNumber(sequence) : -1;
			if (number > last) {
				keeper = slot;
				last = number;
			}
		}
		return keeper;
	}

	/**
	 * Find the slot that every call for a model or version goes to.
	 * @return the slot, or {@code null} if there is none, or not only one
	 */
	@Nullable ModelSlot only(String name, @Nullable Long version) {
		return (version == null) ? onlyAvailable(routing(name))
				: (version < 1) ? null : this.slots.get(new ModelKey(name, version));
	}

	/**
	 * Find the version that stands for a model.
	 * @param name the name of the model
	 * @return its slot, or {@code null} if the model is not known
	 */
	@Nullable ModelSlot principal(String name) {
		Routing routing = routing(name);
		return slot(routing, available -> TrafficPolicy.principal(routing.effective(), available));
	}

	/**
	 * Return the versions of a model that can get traffic.
	 */
	SortedSet<Long> available(Routing routing) {
		return this.slots.versions(routing.model(), slot -> isAvailable(routing, slot));
	}

	/**
	 * Return whether a call that was turned away may be routed once more: a version that
	 * is disabled for a moment can be chosen again and again while another one serves.
	 * @param destination where the call was routed
	 * @param rejected what has rejected the call, or {@code null}
	 */
	boolean canServe(Destination destination, @Nullable ServedModel rejected) {
		Routing routing = destination.routing();
		return routing != null && available(routing).stream()
			.map(version -> this.slots.get(new ModelKey(routing.model(), version)))
			.anyMatch(slot -> slot != null && slot.serving() != null && slot.serving() != rejected);
	}

	/**
	 * Record how a call ended.
	 * @param destination where it went
	 * @param outcome how it ended
	 * @return the version that loses its traffic because of it, if one does
	 */
	Optional<RolledBack> record(Destination destination, Outcome outcome) {
		Routing routing = destination.routing();
		return (routing == null || routing.traffic().rollback() == null) ? Optional.empty()
				: routing.record(destination.slot().key().version(), outcome, () -> available(routing));
	}

	private @Nullable ModelSlot slot(Routing routing, Function<SortedSet<Long>, @Nullable VersionChoice> policy) {
		ModelSlot only = onlyAvailable(routing);
		if (only != null) {
			return only;
		}
		VersionChoice choice = policy.apply(available(routing));
		while (choice != null) {
			ModelSlot slot = this.slots.get(new ModelKey(routing.model(), choice.version()));
			if (slot != null) {
				return slot;
			}
			choice = policy.apply(available(routing));
		}
		return fallback(routing);
	}

	/** Whatever the traffic, a version gets all calls where no other can serve. */
	private @Nullable ModelSlot onlyAvailable(Routing routing) {
		ModelSlot only = null;
		for (ModelSlot slot : this.slots.of(routing.model())) {
			if (isAvailable(routing, slot)) {
				if (only != null) {
					return null;
				}
				only = slot;
			}
		}
		return only;
	}

	private static boolean isAvailable(Routing routing, ModelSlot slot) {
		return slot.isAvailable() && !routing.isRolledBack(slot.key().version());
	}

	/** Of versions that do not serve, the default one or the highest says why. */
	private @Nullable ModelSlot fallback(Routing routing) {
		Long named = routing.effective().defaultVersion();
		ModelSlot highest = null;
		for (ModelSlot slot : this.slots.of(routing.model())) {
			highest = slot;
			if (named != null && named == slot.key().version()) {
				return slot;
			}
		}
		return highest;
	}

	/**
	 * Where a call goes.
	 *
	 * @param slot the slot
	 * @param routing the routing that led there, or {@code null} if the call names its
	 * version
	 */
	record Destination(ModelSlot slot, @Nullable Routing routing) {

		boolean isRolledBack() {
			return this.routing != null && this.routing.isRolledBack(this.slot.key().version());
		}

	}

}
