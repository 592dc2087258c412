package io.modelserving.serving;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.Outcome;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.BufferPool;
import io.modelserving.tensor.BufferPool.PooledBuffers;
import io.modelserving.tensor.NamedTensors;

/**
 * One call of a model.
 *
 * @param model the name of the model
 * @param version the version, or {@code null} for the one that the model's traffic gives
 * @param inputs the tensors
 * @param outputs the names of the outputs wanted, empty for all
 * @param timeout how long the call may take, or {@code null} for the model's own limit;
 * the shorter of the two counts
 * @param priority the level that the call waits at, 1 being served first, or 0 for the
 * model's default
 * @param routingKey calls of the same key get the same version while the traffic of the
 * model is split, or {@code null} if any will do
 * @param elapsed the time that has passed since the call came to the server, from when on
 * its timeout and the objective of the model count
 * @param memory what the inputs have borrowed; the service retains it for as long as it
 * reads them
 * @param origin who made the inputs, and is to blame if the model does not take them
 */
public record InferenceRequest(String model, @Nullable Long version, NamedTensors inputs, List<String> outputs,
		@Nullable Duration timeout, int priority, @Nullable String routingKey, Duration elapsed, PooledBuffers memory,
		Origin origin) {

	public InferenceRequest {
		outputs = List.copyOf(outputs);
		if (priority < 0) {
			throw new IllegalArgumentException("priority is %d; it must be at least 0".formatted(priority));
		}
		if (elapsed.isNegative()) {
			throw new IllegalArgumentException("elapsed is %s; it must not be negative".formatted(elapsed));
		}
	}

	public InferenceRequest(String model, @Nullable Long version, NamedTensors inputs, List<String> outputs,
			@Nullable Duration timeout) {
		this(model, version, inputs, outputs, timeout, 0, null);
	}

	/**
	 * Create a request that has just come to the server.
	 */
	public InferenceRequest(String model, @Nullable Long version, NamedTensors inputs, List<String> outputs,
			@Nullable Duration timeout, int priority, @Nullable String routingKey) {
		this(model, version, inputs, outputs, timeout, priority, routingKey, Duration.ZERO);
	}

	/**
	 * Create a request whose inputs have memory of their own.
	 */
	public InferenceRequest(String model, @Nullable Long version, NamedTensors inputs, List<String> outputs,
			@Nullable Duration timeout, int priority, @Nullable String routingKey, Duration elapsed) {
		this(model, version, inputs, outputs, timeout, priority, routingKey, elapsed, BufferPool.NONE.acquire());
	}

	/**
	 * Create a request whose inputs its caller has made.
	 */
	public InferenceRequest(String model, @Nullable Long version, NamedTensors inputs, List<String> outputs,
			@Nullable Duration timeout, int priority, @Nullable String routingKey, Duration elapsed,
			PooledBuffers memory) {
		this(model, version, inputs, outputs, timeout, priority, routingKey, elapsed, memory, Origin.CALLER);
	}

	/**
	 * Create a request for all outputs of the version that the model's traffic gives.
	 * @param model the name of the model
	 * @param inputs the tensors
	 * @return the request
	 */
	public static InferenceRequest of(String model, NamedTensors inputs) {
		return new InferenceRequest(model, null, inputs, List.of(), null);
	}

	/**
	 * Return the same request with inputs of another origin.
	 * @param newOrigin who made the inputs
	 * @return the request
	 */
	public InferenceRequest from(Origin newOrigin) {
		return new InferenceRequest(this.model, this.version, this.inputs, this.outputs, this.timeout, this.priority,
				this.routingKey, this.elapsed, this.memory, newOrigin);
	}

	/**
	 * Return how the request ended.
	 * @param failure what it failed with, or {@code null} if it got its answer
	 * @return the outcome; inputs that a handler has made and the model does not take are
	 * no fault of the caller
	 */
	public Outcome outcome(@Nullable Throwable failure) {
		boolean handler = this.origin != Origin.CALLER && failure instanceof InvalidInput invalid
				&& !invalid.isOverLimit();
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

}
