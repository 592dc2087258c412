package io.modelserving.serving.lifecycle;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ServingListener;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;

/**
 * The status of one version of a model, and the events of its changes.
 * <p>
 * Protocol: read without a lock, written under the lock of this object, under which the
 * event is added, too; {@code deliver} is called after it, under no lock. The reason of
 * an end is taken under the lock, so that none follows a newer one. Once the end has
 * begun, only the states of the end are set. Events of a slot that has a successor are
 * dropped, since they would hide those of the successor.
 */
final class SlotStatus {

	private final SlotEvents events;

	private volatile ModelStatus current;

	private boolean begun;

	private boolean ending;

	private boolean superseded;

	SlotStatus(ModelDefinition definition, SlotEvents events) {
		this.events = events;
		this.current = new ModelStatus(definition.key(), ModelState.LOADING, "waiting to be loaded",
				definition.required(), Instant.now());
	}

	ModelStatus current() {
		return this.current;
	}

	SlotEvents events() {
		return this.events;
	}

	/**
	 * Drop the events from now on.
	 * @return what delivers those that have happened already
	 */
	synchronized SlotEvents supersede() {
		this.superseded = true;
		return this.events;
	}

	/**
	 * Publish changes from now on. A version that was never to be loaded has none.
	 */
	synchronized void begin() {
		this.begun = true;
	}

	/**
	 * Accept calls or reject them.
	 * @param wanted whether to take calls
	 */
	void enable(boolean wanted) {
		synchronized (this) {
			ModelStatus old = this.current;
			if (old.enabled() == wanted) {
				return;
			}
			replace(new ModelStatus(old.key(), old.state(), old.reason(), old.required(), Instant.now(), wanted,
					old.nextAttempt(), old.invalidModel()));
		}
		this.events.deliver();
	}

	/**
	 * Change the status, unless the end has begun.
	 * @param state the new state
	 * @param reason why, empty where the state says all
	 * @param required whether the application counts as ready only with this model
	 * @param nextAttempt the time until the next attempt to load, or {@code null} if none
	 * is planned
	 * @param invalidModel whether a load has failed because of the files of the model
	 */
	void change(ModelState state, String reason, boolean required, @Nullable Duration nextAttempt,
			boolean invalidModel) {
		synchronized (this) {
			if (!this.ending) {
				ModelStatus old = this.current;
				replace(new ModelStatus(old.key(), state, ModelStatus.reason(reason, nextAttempt), required,
						Instant.now(), old.enabled(), nextAttempt, invalidModel));
			}
		}
		this.events.deliver();
	}

	/**
	 * Change to a state of the end, unless that is the state already.
	 * @param state the state, {@code DRAINING} or {@code UNLOADED}
	 * @param reason gives why, empty where the state says all
	 */
	void end(ModelState state, Supplier<String> reason) {
		synchronized (this) {
			this.ending = true;
			if (this.current.state() != ModelState.UNLOADED || state != ModelState.DRAINING) {
				replaceAtEnd(state, reason.get());
			}
		}
		this.events.deliver();
	}

	/**
	 * Memory has been freed: say so if the version is unloaded already, for which it came
	 * too late.
	 * @param reason gives why not all of it is free, empty if it is
	 */
	void freed(Supplier<String> reason) {
		synchronized (this) {
			if (this.current.state() == ModelState.UNLOADED) {
				replaceAtEnd(ModelState.UNLOADED, reason.get());
			}
		}
		this.events.deliver();
	}

	private void replaceAtEnd(ModelState state, String reason) {
		ModelStatus old = this.current;
		if (old.state() != state || !old.reason().equals(reason)) {
			replace(new ModelStatus(old.key(), state, reason, old.required(), Instant.now(), old.enabled()));
		}
	}

	private void replace(ModelStatus changed) {
		this.current = changed;
		add(listener -> listener.statusChanged(changed));
	}

	/**
	 * Publish another event, in its order among the changes.
	 */
	void publish(Consumer<ServingListener> event) {
		add(event);
		this.events.deliver();
	}

	private synchronized void add(Consumer<ServingListener> event) {
		if (this.begun && !this.superseded) {
			this.events.add(event);
		}
	}

}
