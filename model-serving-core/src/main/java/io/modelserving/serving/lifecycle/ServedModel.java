package io.modelserving.serving.lifecycle;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.BatchingPlan;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.LatencyEstimate;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.cache.CacheSnapshot;
import io.modelserving.serving.cache.ResultCache;
import io.modelserving.serving.scaling.AutoScaler;
import io.modelserving.serving.scaling.InstanceStatus;
import io.modelserving.batching.AdjustableBatcher;
import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.batching.BatchingPolicy;
import io.modelserving.batching.Deadline;
import io.modelserving.batching.admission.LatencyObjective;
import io.modelserving.batching.admission.Prediction;
import io.modelserving.model.DerivedFutures;
import io.modelserving.model.InferenceException;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.Quoted;
import io.modelserving.sequence.SequenceRequest;
import io.modelserving.sequence.SequenceStates;
import io.modelserving.sequence.SequenceStatus;
import io.modelserving.sequence.SequenceStep;
import io.modelserving.sequence.Sequences;
import io.modelserving.serving.scaling.ScalingDecision;
import io.modelserving.tensor.BufferPool.PooledBuffers;
import io.modelserving.tensor.NamedTensors;

/**
 * A model that takes requests: one generation of it, from ready to unloaded. It owns the
 * loaded models and the batcher whose instances run them, and frees them in the right
 * order: a model is closed only once no instance can run it any more.
 */
public final class ServedModel {

	private static final System.Logger logger = System.getLogger(ServedModel.class.getName());

	private final ModelDetails details;

	private final ModelInstances instances;

	private final @Nullable AutoScaler scaler;

	private final AdjustableBatcher<NamedTensors, NamedTensors> batcher;

	private final @Nullable LatencyObjective objective;

	private final @Nullable Sequences sequences;

	private final @Nullable ResultCache cache;

	/** What the snapshot says of a cache that is off although it should be on. */
	private final @Nullable CacheSnapshot cacheOff;

	/** Whether a run wants to know more of its call than its inputs. */
	private final boolean readsCalls;

	private final CompletableFuture<Void> freed = new CompletableFuture<>();

	private final AtomicBoolean outlasted = new AtomicBoolean();

	ServedModel(ModelDetails details, ModelInstances instances, AdjustableBatcher<NamedTensors, NamedTensors> batcher,
			@Nullable AutoScaler scaler, @Nullable LatencyObjective objective, @Nullable Sequences sequences,
			@Nullable ResultCache cache, @Nullable CacheSnapshot cacheOff) {
		this.details = details;
		this.readsCalls = details.metadata().decoupled() || !details.metadata().steps().isEmpty();
		this.instances = instances;
		this.scaler = scaler;
		this.batcher = batcher;
		this.objective = objective;
		this.sequences = sequences;
		this.cache = cache;
		this.cacheOff = cacheOff;
	}

	/**
	 * Return what is known of the model, with the plan by which it is served now.
	 */
	public ModelDetails details() {
		String obstacle = this.batcher.obstacle();
		return (obstacle != null) ? this.details.unbatched(obstacle) : this.details;
	}

	/**
	 * Return whether a run has shown that calls cannot share batches.
	 */
	public boolean isUnbatched() {
		return this.batcher.obstacle() != null;
	}

	public BatcherSnapshot snapshot() {
		return this.batcher.snapshot();
	}

	public InstanceStatus instanceStatus() {
		int perDevice = this.instances.perDevice();
		return (this.scaler != null) ? new InstanceStatus(perDevice, this.scaler.policy(), this.scaler.reason())
				: new InstanceStatus(perDevice, null, "");
	}

	/**
	 * Run on more or fewer instances.
	 * @param perDevice the number on each device
	 * @return completes when as many take calls and those that are retired have ended
	 */
	CompletableFuture<Void> scale(int perDevice) {
		return this.instances.scale(perDevice);
	}

	/**
	 * Ask the policy whether the number of instances is to change.
	 * @param now the current nanosecond time
	 * @return the decision, or {@code null} if there is nothing to change
	 */
	@Nullable ScalingDecision checkScaling(long now) {
		if (this.scaler == null) {
			return null;
		}
		int perDevice = this.instances.perDevice();
		ScalingDecision decision = this.scaler.check(snapshot(), perDevice, now);
		return (decision != null && decision.instances() != perDevice) ? decision : null;
	}

	public BatchingLimits limits() {
		BatchingPolicy policy = this.batcher.policy();
		return new BatchingLimits(policy.maxBatchSize(), policy.maxQueueDelay(), policy.queueCapacity(),
				policy.elastic());
	}

	/**
	 * Batch by other limits from now on.
	 * @throws IllegalArgumentException if calls cannot share batches, and the limits say
	 * that they shall; the message says why
	 */
	void limit(BatchingLimits limits) {
		BatchingPlan plan = details().plan();
		if (!plan.batched() && limits.maxBatchSize() > 1) {
			throw new IllegalArgumentException(
					"max-batch-size is %d; the model is served unbatched and takes 1 only, because %s"
						.formatted(limits.maxBatchSize(), plan.reason()));
		}
		this.batcher.policy(new BatchingPolicy(limits.maxBatchSize(), limits.maxQueueDelay(), limits.queueCapacity(),
				this.batcher.policy().priorities(), limits.elastic()));
	}

	/**
	 * Return the priority of calls that all others may go before.
	 */
	public int lowestPriority() {
		return this.batcher.policy().priorities().levels();
	}

	/**
	 * Return the sequences whose state the model keeps.
	 * @return what is known of them, or {@code null} if it keeps none
	 */
	public @Nullable SequenceStatus sequenceStatus() {
		return (this.sequences != null) ? this.sequences.status() : null;
	}

	/**
	 * Return which of all sequences one is, by its start.
	 * @return the number, the last one having the highest; 0 if it has ended, -1 if there
	 * was none
	 */
	public long sequenceNumber(String id) {
		return (this.sequences != null) ? this.sequences.numberOf(id) : -1;
	}

	void expireSequences() {
		if (this.sequences != null) {
			this.sequences.expire();
		}
	}

	/**
	 * Remember how the sequences of the generation before have ended.
	 */
	void succeed(ServedModel before) {
		if (this.sequences != null && before.sequences != null) {
			this.sequences.succeed(before.sequences);
		}
	}

	/**
	 * Return the outputs that a call may ask for: also the states of its sequence.
	 */
	public List<String> outputNames() {
		List<String> names = this.details.signature().outputNames();
		return (this.sequences == null) ? names
				: Stream.concat(names.stream(), this.sequences.states().outputNames().stream()).toList();
	}

	/**
	 * Run a call, in its sequence where the model keeps state.
	 * @param deadline until when the result is of use
	 * @throws InferenceException if the model cannot take it
	 */
	public CompletableFuture<NamedTensors> infer(InferenceRequest request, Deadline deadline) {
		if (this.sequences == null) {
			requireSink(request);
			this.details.signature().check(request.inputs());
			return submit(request.inputs(), deadline, request.priority(), deadline.arrival(), request.memory(),
					this.readsCalls ? request.within(deadline) : null);
		}
		this.sequences.states().check(request.inputs());
		this.details.signature().check(request.inputs());
		Function<NamedTensors, CompletableFuture<NamedTensors>> run = all -> submit(all, deadline, request.priority(),
				deadline.arrival(), request.memory(), null);
		SequenceStep step = request.sequence();
		if (step != null) {
			return this.sequences.submit(new SequenceRequest(step, request.inputs(), request.outputs().isEmpty(),
					deadline, request.memory(), run));
		}
		if (request.origin() != InferenceRequest.Origin.EXAMPLE) {
			String message = this.sequences.withoutSequence();
			throw (request.origin() == InferenceRequest.Origin.CALLER) ? InvalidInput.byCaller(message)
					: new InvalidInput(message);
		}
		SequenceStates states = this.sequences.states();
		CompletableFuture<NamedTensors> result = run.apply(states.begin(request.inputs()));
		return request.outputs().isEmpty() ? DerivedFutures.map(result, states::results) : result;
	}

	private void requireSink(InferenceRequest request) {
		if (request.responses() == null && this.details.metadata().decoupled()) {
			throw new InvalidInput(
					"model %s gives its results one by one, for which only a stream can ask (ModelStreamInfer)"
						.formatted(Quoted.name(request.model())));
		}
	}

	/**
	 * Run a call of a model that keeps no state.
	 * @param arrival the nanosecond time at which it came to the server
	 * @param memory the pooled buffers of the inputs, which is retained for as long as an
	 * instance may read them
	 * @throws InvalidInput if the model cannot take the inputs
	 */
	public CompletableFuture<NamedTensors> infer(NamedTensors inputs, Deadline deadline, int priority, long arrival,
			PooledBuffers memory) {
		this.details.signature().check(inputs);
		return submit(inputs, deadline, priority, arrival, memory, null);
	}

	private CompletableFuture<NamedTensors> submit(NamedTensors inputs, Deadline deadline, int priority, long arrival,
			PooledBuffers memory, @Nullable InferenceRequest said) {
		memory.retain();
		return this.batcher.submit(inputs, deadline, priority, arrival, memory::release, said);
	}

	/**
	 * Return what keeps the results.
	 * @return the cache, or {@code null} if there is none
	 */
	public @Nullable ResultCache cache() {
		return this.cache;
	}

	@Nullable CacheSnapshot cacheSnapshot() {
		return (this.cache != null) ? this.cache.snapshot() : this.cacheOff;
	}

	/**
	 * Drop the results that are kept.
	 * @throws IllegalArgumentException if none are; the message says why
	 */
	void clearCache() {
		if (this.cache == null) {
			throw new IllegalArgumentException("no results are kept: "
					+ ((this.cacheOff != null) ? this.cacheOff.obstacle() : "the property cache.enabled is false"));
		}
		this.cache.clear();
	}

	/**
	 * Return the level that a call waits at.
	 * @param priority the level that it names, or 0 if it names none
	 * @throws InvalidInput if it names one that does not exist
	 */
	public int level(int priority) {
		return this.batcher.policy().priorities().level(priority);
	}

	/**
	 * Return the rejection that a call of one row would get if it arrived now. Whether a
	 * result is kept for it is not known before it is read.
	 * @param arrival the nanosecond time at which it came to the server
	 */
	public Optional<Overloaded> rejection(int priority, long arrival) {
		return (this.cache != null && this.cache.isWorthReading()) ? Optional.empty()
				: this.batcher.rejection(priority, arrival);
	}

	/**
	 * Return what a call may take, and would.
	 * @param before rows that go before it, besides those that wait
	 * @return the estimate, or {@code null} if there is no objective
	 */
	public @Nullable LatencyEstimate estimate(int before) {
		LatencyObjective wanted = this.objective;
		if (wanted == null) {
			return null;
		}
		Prediction next = this.batcher.predict(1, before);
		return new LatencyEstimate(wanted.targetNanos(), wanted.percentile(), next.waitNanos(), next.ownNanos());
	}

	/**
	 * Finish what was accepted and free the memory. If a run does not end although it was
	 * terminated after the grace period, the memory is left alone until it ends, since
	 * freeing it would crash the process.
	 * @param grace how long to wait
	 * @return whether all was completed and freed
	 */
	boolean drain(Duration grace) {
		if (this.cache != null) {
			this.cache.close();
		}
		boolean completed = this.batcher.drain((this.sequences != null) ? this.sequences.drain(grace) : grace);
		if (this.sequences != null) {
			this.sequences.close();
		}
		this.batcher.ended().thenRun(this.instances::close).thenRun(() -> this.freed.complete(null));
		if (!this.freed.isDone() && this.outlasted.compareAndSet(false, true)) {
			logger.log(System.Logger.Level.WARNING,
					"a run did not end within {0}, nor when it was terminated; the memory of its model is freed when it ends",
					grace);
			this.freed.thenRun(() -> logger.log(System.Logger.Level.INFO,
					"a run that outlasted its model has ended; the memory of the model is free now"));
		}
		return completed && this.freed.isDone();
	}

	/**
	 * Return what completes once the memory is free, which may be after the drain that
	 * began it, and before all calls are completed. Completes on any thread.
	 */
	public CompletableFuture<Void> freed() {
		return this.freed;
	}

}
