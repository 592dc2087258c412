package io.modelserving.actuate;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.modelserving.sequence.SequenceStatus;

/**
 * The sequences of a version that keeps their state.
 *
 * @param active how many there are
 * @param maxSequences the most that there may be at once
 * @param waiting how many requests wait for the one before them in their sequence
 * @param stateBytes the memory that the states take
 * @param idleTimeout how long a sequence is kept without a request
 * @param states the outputs that are states, each with the input that takes it
 */
record SequencesDescriptor(int active, int maxSequences, int waiting, long stateBytes, Duration idleTimeout,
		Map<String, String> states) {

	static @Nullable SequencesDescriptor of(@Nullable SequenceStatus status) {
		if (status == null) {
			return null;
		}
		Map<String, String> states = new LinkedHashMap<>();
		status.states().forEach((state) -> states.put(state.output().name(), state.input().name()));
		return new SequencesDescriptor(status.active(), status.maxSequences(), status.waiting(), status.bytes(),
				status.idleTimeout(), states);
	}

}
