package io.modelserving.sequence;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.Quoted;
import io.modelserving.tensor.NamedTensors;

/**
 * The sequences of one generation of a model: which there are, which have been idle for
 * too long, and whether there may be one more. It decides and does nothing else. Not
 * thread-safe.
 *
 * @param <C> the type of a request
 */
final class SequenceTable<C> {

	private static final AtomicLong NUMBERS = new AtomicLong();

	private final String model;

	private final int maxSequences;

	private final long maxBytes;

	private final long idleNanos;

	/** Those that have been idle for longest come first. */
	private final Map<String, Sequence<C>> sequences = new LinkedHashMap<>();

	private SequenceHistory history;

	private long bytes;

	SequenceTable(String model, SequenceSettings settings) {
		this.model = model;
		this.maxSequences = settings.maxSequences();
		this.maxBytes = settings.maxBytes();
		this.idleNanos = settings.idleTimeout().toNanos();
		this.history = new SequenceHistory(settings.maxSequences());
	}

	SequenceHistory history() {
		return this.history;
	}

	void history(SequenceHistory before) {
		this.history = before;
	}

	int size() {
		return this.sequences.size();
	}

	/**
	 * Return the memory that the states take, in bytes.
	 */
	long bytes() {
		return this.bytes;
	}

	@Nullable Sequence<C> find(String id) {
		return this.sequences.get(id);
	}

	List<Sequence<C>> all() {
		return List.copyOf(this.sequences.values());
	}

	/**
	 * Find the sequence of a request, or make it if the request starts it.
	 * @throws InvalidInput if there is none and the request does not start it
	 * @throws Overloaded if there would be too many, or their states take too much memory
	 */
	Sequence<C> enter(SequenceStep step, long now) {
		Sequence<C> sequence = this.sequences.get(step.id());
		if (sequence == null) {
			if (!step.start()) {
				throw unknown(step.id());
			}
			if (this.sequences.size() >= this.maxSequences) {
				throw new Overloaded("the model has %d sequences, which is the most (sequences.max-sequences)"
					.formatted(this.sequences.size()), untilExpiry(now));
			}
			sequence = new Sequence<>(step.id(), NUMBERS.incrementAndGet(), now);
		}
		if (this.bytes >= this.maxBytes && !step.end()) {
			throw new Overloaded("the states of sequences take %d bytes, and %d are the most (sequences.max-memory)"
				.formatted(this.bytes, this.maxBytes), untilExpiry(now));
		}
		use(sequence, now);
		return sequence;
	}

	private Duration untilExpiry(long now) {
		long idle = now - this.sequences.values().iterator().next().lastUse();
		return Duration.ofNanos(Math.max(0, this.idleNanos - idle)).plusSeconds(1);
	}

	/**
	 * Return the exception for a request of a sequence that does not exist, in Triton's
	 * words.
	 */
	InvalidInput unknown(String id) {
		SequenceEnd end = this.history.find(id);
		return InvalidInput.byCaller(
				"inference request for sequence %s to model '%s' must specify the START flag on the first request of the sequence (sequence_start); %s"
					.formatted(Quoted.text(id), this.model, (end != null) ? "it is over: " + end.reason()
							: "the version that takes the request has no such sequence"));
	}

	void use(Sequence<C> sequence, long now) {
		sequence.use(now);
		this.sequences.remove(sequence.id());
		this.sequences.put(sequence.id(), sequence);
	}

	/**
	 * Remove the sequences that have been idle for too long.
	 * @return those
	 */
	List<Sequence<C>> expire(long now) {
		List<Sequence<C>> expired = List.of();
		Iterator<Sequence<C>> oldest = this.sequences.values().iterator();
		while (oldest.hasNext()) {
			Sequence<C> sequence = oldest.next();
			if (now - sequence.lastUse() < this.idleNanos) {
				break;
			}
			if (!sequence.isBusy()) {
				oldest.remove();
				keep(sequence, null, 0);
				this.history.add(sequence.id(), SequenceEnd.EXPIRED);
				expired = (expired.isEmpty()) ? new ArrayList<>() : expired;
				expired.add(sequence);
			}
		}
		return expired;
	}

	/**
	 * Keep the state that a request has left, or none at the end.
	 */
	void keep(Sequence<C> sequence, @Nullable NamedTensors state, int rows) {
		NamedTensors before = sequence.state();
		this.bytes += ((state != null) ? SequenceStates.bytes(state) : 0)
				- ((before != null) ? SequenceStates.bytes(before) : 0);
		sequence.state(state, rows);
	}

	/**
	 * Remove a sequence that has no state and no requests.
	 */
	void settle(Sequence<C> sequence) {
		if (sequence.state() == null && !sequence.isBusy()) {
			this.sequences.remove(sequence.id(), sequence);
		}
	}

	void clear() {
		this.sequences.clear();
		this.bytes = 0;
	}

}
