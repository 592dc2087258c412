package io.modelserving.sequence;

import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

import io.modelserving.tensor.NamedTensors;

/**
 * One sequence: its state, and its requests. At most one of them runs; the others wait in
 * the order of their arrival. Not thread-safe.
 *
 * @param <C> the type of a request
 */
final class Sequence<C> {

	private final String id;

	/** Which of the sequences that a process has begun this one is. */
	private final long number;

	private final Deque<C> waiting = new ArrayDeque<>();

	private boolean running;

	private @Nullable NamedTensors state;

	private int rows;

	private long lastUse;

	Sequence(String id, long number, long now) {
		this.id = id;
		this.number = number;
		this.lastUse = now;
	}

	String id() {
		return this.id;
	}

	long number() {
		return this.number;
	}

	void add(C request) {
		this.waiting.add(request);
	}

	/**
	 * Take a request back that waits.
	 * @return whether it has waited
	 */
	boolean remove(C request) {
		return this.waiting.remove(request);
	}

	/**
	 * Return the request whose turn it is, which runs from now on.
	 * @return the request, or {@code null} if one runs or none waits
	 */
	@Nullable C next() {
		C next = this.running ? null : this.waiting.poll();
		this.running |= next != null;
		return next;
	}

	void ended() {
		this.running = false;
	}

	boolean isBusy() {
		return this.running || !this.waiting.isEmpty();
	}

	/**
	 * Return what the last request has left.
	 * @return the state, or {@code null} if the sequence has not started or has ended
	 */
	@Nullable NamedTensors state() {
		return this.state;
	}

	/**
	 * Return the rows of the state.
	 */
	int rows() {
		return this.rows;
	}

	void state(@Nullable NamedTensors newState, int newRows) {
		this.state = newState;
		this.rows = newRows;
	}

	long lastUse() {
		return this.lastUse;
	}

	void use(long now) {
		this.lastUse = now;
	}

}
