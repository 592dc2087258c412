package io.modelserving.sequence;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.modelserving.tensor.Shape;

/**
 * That a model keeps state between the requests of a sequence, and how.
 *
 * @param states the state, by the name of the output that gives it
 * @param idleTimeout how long a sequence is kept without a request
 * @param maxSequences the most sequences that there may be at once
 * @param maxBytes the memory that their states may take together, beyond which requests
 * are rejected that do not end one
 */
public record SequenceSettings(Map<String, State> states, Duration idleTimeout, int maxSequences, long maxBytes) {

	public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofMinutes(1);

	public static final int DEFAULT_MAX_SEQUENCES = 1000;

	private static final int HEAP_SHARE = 4;

	public SequenceSettings {
		states = Collections.unmodifiableMap(new LinkedHashMap<>(states));
		if (states.isEmpty()) {
			throw new IllegalArgumentException("a model with sequences has at least one state");
		}
		if (idleTimeout.isNegative() || idleTimeout.isZero()) {
			throw new IllegalArgumentException("the idle timeout is %s; it must be positive".formatted(idleTimeout));
		}
		if (maxSequences < 1) {
			throw new IllegalArgumentException("%d sequences at once; it must be at least 1".formatted(maxSequences));
		}
		if (maxBytes < 1) {
			throw new IllegalArgumentException("%d bytes of states; it must be at least 1".formatted(maxBytes));
		}
	}

	/**
	 * Create settings whose states may take a quarter of the heap.
	 */
	public SequenceSettings(Map<String, State> states, Duration idleTimeout, int maxSequences) {
		this(states, idleTimeout, maxSequences, defaultMaxBytes());
	}

	/**
	 * Return the memory that states may take where nothing is said.
	 * @return a quarter of the heap, in bytes
	 */
	public static long defaultMaxBytes() {
		return Runtime.getRuntime().maxMemory() / HEAP_SHARE;
	}

	/**
	 * Create settings with the default limits.
	 * @param states the state, by the name of the output that gives it
	 * @return the settings
	 */
	public static SequenceSettings of(Map<String, State> states) {
		return new SequenceSettings(states, DEFAULT_IDLE_TIMEOUT, DEFAULT_MAX_SEQUENCES);
	}

	/**
	 * A state.
	 *
	 * @param input the name of the input that takes it
	 * @param initial the value of all its elements at the start of a sequence; 0 for
	 * strings, which are empty then
	 * @param shape its shape at the start, {@link Shape#DYNAMIC} for the rows of the
	 * request; {@code null} for that of the model's input, of which no dimension but the
	 * rows may be dynamic then
	 */
	public record State(String input, double initial, @Nullable Shape shape) {

		/**
		 * Create a state that starts with zeros, in the shape of the model's input.
		 * @param input the name of the input that takes it
		 * @return the state
		 */
		public static State zeros(String input) {
			return new State(input, 0, null);
		}

	}

}
