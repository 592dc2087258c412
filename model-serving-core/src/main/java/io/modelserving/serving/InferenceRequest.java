package io.modelserving.serving;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.Deadline;
import io.modelserving.model.Outcome;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.sequence.SequenceStep;
import io.modelserving.serving.cache.CacheUse;
import io.modelserving.serving.stream.EventSink;
import io.modelserving.tensor.BufferPool;
import io.modelserving.tensor.BufferPool.PooledBuffers;
import io.modelserving.tensor.NamedTensors;

/**
 * One call of a model. Immutable, but for the memory of its inputs.
 *
 * @param model the name of the model
 * @param version the version, or {@code null} for the one that the model's traffic gives
 * @param inputs the tensors
 * @param outputs the names of the outputs wanted, empty for all
 * @param deadline when the call arrived, and how long it may take, unless the model's own
 * limit is shorter; {@code null} for a call that arrives when it is handed in, and has
 * the model's own limit
 * @param priority the level that the call waits at, 1 being served first, or 0 for the
 * model's default
 * @param routingKey calls of the same key get the same version while the traffic of the
 * model is split, or {@code null} if any will do
 * @param sequence the place of the call in its sequence, for a model that keeps state;
 * {@code null} where the call belongs to none. Of no effect for other models
 * @param memory the pooled buffers of the inputs; the service retains them for as long as
 * it reads them
 * @param origin who made the inputs, and is to blame if the model does not take them
 * @param cache what the call may take from the cache of the model, if it has one
 * @param responses takes the results of a decoupled model, which has any number of them
 * and none when it is done; {@code null} if the caller takes one result only. Of no
 * effect for other models
 */
public record InferenceRequest(String model, @Nullable Long version, NamedTensors inputs, List<String> outputs,
		@Nullable Deadline deadline, int priority, @Nullable String routingKey, @Nullable SequenceStep sequence,
		PooledBuffers memory, Origin origin, CacheUse cache, @Nullable EventSink<NamedTensors> responses) {

	public InferenceRequest {
		outputs = List.copyOf(outputs);
		if (priority < 0) {
			throw new IllegalArgumentException("priority is %d; it must be at least 0".formatted(priority));
		}
	}

	/**
	 * Create a request for all outputs of the version that the model's traffic gives.
	 * @param model the name of the model
	 * @param inputs the tensors
	 * @return the request
	 */
	public static InferenceRequest of(String model, NamedTensors inputs) {
		return builder(model, inputs).build();
	}

	/**
	 * Begin a request that says more.
	 * @param model the name of the model
	 * @param inputs the tensors
	 * @return a builder, which asks for all outputs of the version that the model's
	 * traffic gives, at the model's default level and within its own limit of time
	 */
	public static Builder builder(String model, NamedTensors inputs) {
		return new Builder(model, inputs);
	}

	/**
	 * Return the same request with another limit of time.
	 * @param limited when it arrived, and how long it may take
	 * @return the request
	 */
	public InferenceRequest within(Deadline limited) {
		return new InferenceRequest(this.model, this.version, this.inputs, this.outputs, limited, this.priority,
				this.routingKey, this.sequence, this.memory, this.origin, this.cache, this.responses);
	}

	/**
	 * Return the same request, whose results are taken one by one.
	 * @param sink takes the results of a decoupled model
	 * @return the request
	 */
	public InferenceRequest to(EventSink<NamedTensors> sink) {
		return new InferenceRequest(this.model, this.version, this.inputs, this.outputs, this.deadline, this.priority,
				this.routingKey, this.sequence, this.memory, this.origin, this.cache, sink);
	}

	/**
	 * Return how the request ended.
	 * @param failure what it failed with, or {@code null} if it got its result
	 * @return the outcome; inputs that a handler has made and the model does not take are
	 * no fault of the caller
	 */
	public Outcome outcome(@Nullable Throwable failure) {
		boolean handler = this.origin != Origin.CALLER && failure instanceof InvalidInput invalid
				&& !invalid.isByCaller();
		return handler ? Outcome.FAILED : Outcome.of(failure);
	}

	/**
	 * Who made the inputs of a request.
	 */
	public enum Origin {

		/** Its caller: inputs that the model does not take are the caller's mistake. */
		CALLER,

		/**
		 * A handler of the application: inputs that the model does not take are the
		 * handler's mistake, and count as failed.
		 */
		HANDLER,

		/** A handler, for its example: as above, and counted as no call at all. */
		EXAMPLE

	}

	/**
	 * Makes requests. For one thread.
	 */
	public static final class Builder {

		private final String model;

		private final NamedTensors inputs;

		private @Nullable Long version;

		private List<String> outputs = List.of();

		private @Nullable Deadline deadline;

		private int priority;

		private @Nullable String routingKey;

		private @Nullable SequenceStep sequence;

		private PooledBuffers memory = BufferPool.NONE.acquire();

		private Origin origin = Origin.CALLER;

		private CacheUse cache = CacheUse.USE;

		private Builder(String model, NamedTensors inputs) {
			this.model = model;
			this.inputs = inputs;
		}

		/**
		 * Ask for a version.
		 * @param newVersion the version, or {@code null} for the one that the model's
		 * traffic gives
		 * @return this
		 */
		public Builder version(@Nullable Long newVersion) {
			this.version = newVersion;
			return this;
		}

		/**
		 * Ask for some outputs only.
		 * @param newOutputs their names, empty for all
		 * @return this
		 */
		public Builder outputs(List<String> newOutputs) {
			this.outputs = newOutputs;
			return this;
		}

		/**
		 * Limit the time from now on.
		 * @param timeout how long the call may take, unless the model's own limit is
		 * shorter; {@code null} for that
		 * @return this
		 */
		public Builder timeout(@Nullable Duration timeout) {
			return deadline((timeout != null) ? Deadline.after(timeout, System.nanoTime()) : null);
		}

		/**
		 * Say when the call arrived, and how long it may take from then on.
		 * @param newDeadline both, by {@link System#nanoTime()}
		 * @return this
		 */
		public Builder deadline(@Nullable Deadline newDeadline) {
			this.deadline = newDeadline;
			return this;
		}

		/**
		 * Set the level that the call waits at.
		 * @param newPriority the level, 1 being served first, or 0 for the model's
		 * default
		 * @return this
		 */
		public Builder priority(int newPriority) {
			this.priority = newPriority;
			return this;
		}

		/**
		 * Have calls of the same key get the same version.
		 * @param newRoutingKey the key, or {@code null} if any version will do
		 * @return this
		 */
		public Builder routingKey(@Nullable String newRoutingKey) {
			this.routingKey = newRoutingKey;
			return this;
		}

		/**
		 * Say to which sequence the call belongs, for a model that keeps state.
		 * @param id the sequence
		 * @param start whether it begins with this call
		 * @param end whether it ends with this call
		 * @return this
		 * @throws IllegalArgumentException if the id is empty
		 */
		public Builder sequence(String id, boolean start, boolean end) {
			return sequence(new SequenceStep(id, start, end));
		}

		/**
		 * Say to which sequence the call belongs, for a model that keeps state.
		 * @param newSequence its place there, or {@code null} if it belongs to none
		 * @return this
		 */
		public Builder sequence(@Nullable SequenceStep newSequence) {
			this.sequence = newSequence;
			return this;
		}

		/**
		 * Say which pooled buffers the inputs have.
		 * @param newMemory the buffers
		 * @return this
		 */
		public Builder memory(PooledBuffers newMemory) {
			this.memory = newMemory;
			return this;
		}

		/**
		 * Say who made the inputs.
		 * @param newOrigin who
		 * @return this
		 */
		public Builder origin(Origin newOrigin) {
			this.origin = newOrigin;
			return this;
		}

		/**
		 * Say what the call may take from the cache of the model, if it has one.
		 * @param newCache what
		 * @return this
		 */
		public Builder cache(CacheUse newCache) {
			this.cache = newCache;
			return this;
		}

		/**
		 * Make the request.
		 * @return the request
		 * @throws IllegalArgumentException if the priority is negative
		 */
		public InferenceRequest build() {
			return new InferenceRequest(this.model, this.version, this.inputs, this.outputs, this.deadline,
					this.priority, this.routingKey, this.sequence, this.memory, this.origin, this.cache, null);
		}

	}

}
