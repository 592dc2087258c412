package io.modelserving.sequence;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.tensor.BufferPool.PooledBuffers;
import io.modelserving.tensor.NamedTensors;

/**
 * A request of a sequence, from when it is handed in to its end. Between that and its
 * turn it retains the pooled buffers of its inputs. Thread-safe.
 */
public final class SequenceRequest {

	private final SequenceStep step;

	private final NamedTensors inputs;

	private final boolean withoutStates;

	private final Deadline deadline;

	private final PooledBuffers memory;

	private final Function<NamedTensors, CompletableFuture<NamedTensors>> function;

	private final CompletableFuture<NamedTensors> result = new CompletableFuture<>();

	private volatile @Nullable CompletableFuture<NamedTensors> run;

	/**
	 * Create a request.
	 * @param step its place in its sequence
	 * @param inputs what the caller gives, which the model takes beside the states
	 * @param withoutStates whether the result leaves the states out
	 * @param deadline until when the result is of use
	 * @param memory the pooled buffers of the inputs
	 * @param function runs the model on all its inputs, and retains the buffers while
	 * they are read
	 */
	public SequenceRequest(SequenceStep step, NamedTensors inputs, boolean withoutStates, Deadline deadline,
			PooledBuffers memory, Function<NamedTensors, CompletableFuture<NamedTensors>> function) {
		this.step = step;
		this.inputs = inputs;
		this.withoutStates = withoutStates;
		this.deadline = deadline;
		this.memory = memory;
		this.function = function;
	}

	SequenceStep step() {
		return this.step;
	}

	NamedTensors inputs() {
		return this.inputs;
	}

	boolean withoutStates() {
		return this.withoutStates;
	}

	Deadline deadline() {
		return this.deadline;
	}

	CompletableFuture<NamedTensors> result() {
		return this.result;
	}

	void retain() {
		this.memory.retain();
	}

	void release() {
		this.memory.release();
	}

	CompletableFuture<NamedTensors> run(NamedTensors all) {
		CompletableFuture<NamedTensors> begun = this.function.apply(all);
		this.run = begun;
		if (this.result.isDone()) {
			begun.cancel(false);
		}
		return begun;
	}

	void cancelRun() {
		CompletableFuture<NamedTensors> begun = this.run;
		if (begun != null) {
			begun.cancel(false);
		}
	}

	void late() {
		this.result.completeExceptionally(new DeadlineExceeded(
				"the deadline of %s passed before the result was ready: requests of its sequence are before it"
					.formatted(this.deadline)));
	}

}
