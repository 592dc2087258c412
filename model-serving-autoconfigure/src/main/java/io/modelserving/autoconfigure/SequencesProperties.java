package io.modelserving.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import io.modelserving.sequence.SequenceSettings;
import io.modelserving.tensor.Shape;

/**
 * The state that a model keeps between the requests of a sequence.
 *
 * @param states Outputs that are the state of a sequence, each with the input that takes
 * it in the next request.
 * @param idleTimeout Time without a request after which a sequence ends.
 * @param maxSequences Most sequences that there may be at once.
 * @param maxMemory Memory that the states of all sequences of a version may take
 * together; by default a quarter of the heap.
 */
record SequencesProperties(@DefaultValue Map<String, State> states, @Nullable Duration idleTimeout,
		@Nullable Integer maxSequences, @Nullable DataSize maxMemory) {

	SequencesProperties over(SequencesProperties defaults) {
		return new SequencesProperties(this.states.isEmpty() ? defaults.states : this.states,
				Merge.first(this.idleTimeout, defaults.idleTimeout),
				Merge.first(this.maxSequences, defaults.maxSequences), Merge.first(this.maxMemory, defaults.maxMemory));
	}

	void check(PropertyPath path) {
		path.positive("idle-timeout", this.idleTimeout);
		path.atLeast(1, "max-sequences", this.maxSequences);
		path.check(this.maxMemory == null || this.maxMemory.toBytes() > 0, "max-memory", this.maxMemory,
				"it must be more than 0");
		this.states.forEach((output, state) -> state.check(path.child("states").child(output)));
	}

	/**
	 * Return the settings.
	 * @return the settings, or {@code null} if the model keeps no state
	 */
	@Nullable SequenceSettings settings() {
		if (this.states.isEmpty()) {
			return null;
		}
		Map<String, SequenceSettings.State> all = new LinkedHashMap<>();
		this.states.forEach((output, state) -> all.put(output, state.settings()));
		return new SequenceSettings(all, Merge.or(this.idleTimeout, SequenceSettings.DEFAULT_IDLE_TIMEOUT),
				Merge.or(this.maxSequences, SequenceSettings.DEFAULT_MAX_SEQUENCES),
				(this.maxMemory != null) ? this.maxMemory.toBytes() : SequenceSettings.defaultMaxBytes());
	}

	/**
	 * A state.
	 *
	 * @param input Input that takes it.
	 * @param initial Value of all its elements at the start of a sequence.
	 * @param shape Its shape at the start of a sequence, with -1 for the rows; by default
	 * that of the model's input.
	 */
	record State(@Nullable String input, @DefaultValue("0") double initial, @Nullable List<Long> shape) {

		/** The short form, which names the input alone. */
		public static State valueOf(String input) {
			return new State(input, 0, null);
		}

		void check(PropertyPath path) {
			path.check(this.input != null && !this.input.isBlank(), "input", this.input,
					"the name of the input is needed that takes the state");
			path.check(this.shape == null || this.shape.stream().allMatch((size) -> size >= Shape.DYNAMIC), "shape",
					this.shape, "sizes are at least 0, and -1 stands for the rows");
		}

		private SequenceSettings.State settings() {
			Shape start = (this.shape != null) ? Shape.of(this.shape.stream().mapToLong(Long::longValue).toArray())
					: null;
			return new SequenceSettings.State(Merge.or(this.input, ""), this.initial, start);
		}

	}

}
