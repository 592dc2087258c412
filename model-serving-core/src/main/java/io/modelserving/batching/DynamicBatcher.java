package io.modelserving.batching;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.admission.Admission;
import io.modelserving.batching.admission.LatencyBudget;
import io.modelserving.batching.admission.LoadEstimate;
import io.modelserving.batching.admission.ObjectiveStatus;
import io.modelserving.batching.admission.Prediction;
import io.modelserving.batching.admission.QueueLength;
import io.modelserving.batching.admission.RejectionReason;
import io.modelserving.batching.admission.Admission.Decision;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.Overloaded;

/**
 * Batches calls dynamically, on a number of instances that may change.
 * <p>
 * Protocol: the thread of the caller checks a call, slices it, offers it to the queue and
 * returns. Each instance has its own thread, which takes a batch, runs it, and hands the
 * results to the completion executor, so that code of a caller never runs on an instance.
 * The result of a call is a future that is completed once, by the first of these: the
 * instance, the deadline timer, the caller who cancels, or the drain whose grace has
 * passed. The others then do nothing; a completed call is removed from the queue or left
 * out of the batch. The lock of the queue is the only one that calls take; the lock of
 * this object orders changes of the policy.
 */
final class DynamicBatcher<I, O> implements AdjustableBatcher<I, O> {

	private static final System.Logger logger = System.getLogger(DynamicBatcher.class.getName());

	private static final Runnable NOTHING = () -> {
	};

	private final String name;

	private final BatchSharing<I, O> sharing;

	private final BatchListener listener;

	private final LongSupplier nanoTime;

	private final LoadEstimate load;

	private final BatchQueue<I, O> queue;

	private final @Nullable ObjectiveControl objective;

	private final InstancePool<I, O> instances;

	private final AcceptedCalls<I, O> accepted;

	private final BatcherEnd<I, O> end;

	DynamicBatcher(BatcherBuilder<I, O> settings) {
		this.name = settings.name;
		this.listener = new GuardedListener(List.of(settings.listener));
		BatchThreads own = (settings.completionExecutor == null || settings.timer == null)
				? new BatchThreads(settings.name, Runtime.getRuntime().availableProcessors()) : null;
		Executor completionExecutor = (settings.completionExecutor != null) ? settings.completionExecutor
				: Objects.requireNonNull(own).completionExecutor();
		DeadlineTimer timer = (settings.timer != null) ? settings.timer : Objects.requireNonNull(own).timer();
		this.nanoTime = settings.nanoTime;
		this.load = new LoadEstimate(settings.costs, settings.policy.maxBatchSize(), settings.functions.size());
		this.queue = new BatchQueue<>(settings.policy, this.load, Runtime.getRuntime().maxMemory() / 4, this.nanoTime);
		this.sharing = new BatchSharing<>(settings.adapter, this::unbatch);
		this.objective = (settings.objective != null) ? new ObjectiveControl(settings.objective, settings.policy,
				this.load, this.nanoTime.getAsLong(), this::batchBy) : null;
		if (this.objective != null) {
			batchBy(this.objective.policy());
		}
		this.instances = new InstancePool<>(
				new InstanceParts<>(this.name, this.queue, this.sharing, this.load, this.listener, completionExecutor,
						timer, this.nanoTime, settings.hangs, new WarningLimit()),
				settings.functions, settings.replacement, this.load::instances);
		this.accepted = new AcceptedCalls<>(this.queue, this.instances, this.objective, this.listener,
				completionExecutor, timer, this.nanoTime);
		this.end = new BatcherEnd<>(this.queue, this.instances, this.accepted, this.listener, completionExecutor,
				settings.hangs, this.nanoTime, own);
	}

	/**
	 * Start the instances.
	 */
	void start() {
		this.instances.start();
	}

	@Override
	public void add(BatchFunction<I, O> function) {
		this.instances.add(function);
	}

	@Override
	public CompletableFuture<Void> retire(BatchFunction<I, O> function) {
		return this.instances.retire(function);
	}

	@Override
	public CompletableFuture<Void> ended() {
		return this.instances.ended();
	}

	/** A policy that was chosen before there was an obstacle must not be set after it. */
	private synchronized void batchBy(BatchingPolicy policy) {
		BatchingPolicy possible = (this.sharing.obstacle() != null) ? policy.alone() : policy;
		this.queue.policy(possible);
		this.load.maxBatchSize(possible.maxBatchSize());
	}

	private void unbatch(String reason) {
		logger.log(System.Logger.Level.WARNING,
				"{0} is served unbatched from now on, as a run has shown that calls cannot share batches: {1}",
				this.name, reason);
		apply(policy().alone());
	}

	private void apply(BatchingPolicy policy) {
		if (this.objective != null) {
			this.objective.limits(policy, this.nanoTime.getAsLong());
		}
		batchBy((this.objective != null) ? this.objective.policy() : policy);
	}

	@Override
	public @Nullable String obstacle() {
		return this.sharing.obstacle();
	}

	@Override
	public CompletableFuture<O> submit(I input, Deadline deadline, int priority) {
		long now = this.nanoTime.getAsLong();
		return submit(input, deadline, priority, now, now, NOTHING, null);
	}

	@Override
	public CompletableFuture<O> submit(I input, Deadline deadline, int priority, long arrival, Runnable release,
			@Nullable Object said) {
		return submit(input, deadline, priority, arrival, this.nanoTime.getAsLong(), release, said);
	}

	private CompletableFuture<O> submit(I input, Deadline deadline, int priority, long arrival, long now,
			Runnable release, @Nullable Object said) {
		SlicedCall<I, O> call;
		Admission admission;
		try {
			call = cut(input, deadline, priority, now, release, said);
			admission = offer(call, deadline, arrival, now);
		}
		catch (RuntimeException | Error ex) {
			release.run();
			return CompletableFuture.failedFuture(Failures.of(ex));
		}
		if (admission.decision() != Decision.ADMITTED) {
			release.run();
			this.listener.rejected(admission.reason(), call.rows());
			return CompletableFuture.failedFuture(
					(admission.decision() == Decision.CLOSED) ? Failures.closed() : overloaded(admission, deadline));
		}
		try {
			this.accepted.watch(call, deadline, admission.prediction(), now);
		}
		catch (RuntimeException | Error ex) {
			call.result().completeExceptionally(Failures.of(ex));
		}
		return call.result();
	}

	private SlicedCall<I, O> cut(I input, Deadline deadline, int priority, long now, Runnable release,
			@Nullable Object said) {
		BatchAdapter<I, O> adapter = this.sharing.adapter();
		int rows = adapter.rows(input);
		if (this.objective != null) {
			this.objective.arrived(rows, now);
		}
		BatchingPolicy policy = this.queue.policy();
		checkRows(rows);
		int level = policy.priorities().level(priority);
		if (deadline.hasPassed(now)) {
			this.listener.rejected(RejectionReason.EXPIRED, rows);
			throw deadline.exceeded();
		}
		return new SlicedCall<>(input, rows, policy.maxBatchSize(), level, deadline, now, adapter, release, said,
				this::runWhole);
	}

	@Override
	public Optional<Overloaded> rejection(int priority, long arrival) {
		long now = this.nanoTime.getAsLong();
		int level = this.queue.policy().priorities().level(priority);
		Admission admission = this.queue.admit(level, 1, budget(level, Long.MAX_VALUE, now - arrival), now);
		if (admission.decision() == Decision.ADMITTED || admission.decision() == Decision.CLOSED) {
			return Optional.empty();
		}
		this.listener.rejected(admission.reason(), 1);
		return Optional.of(overloaded(admission, Deadline.NONE));
	}

	private Overloaded overloaded(Admission admission, Deadline deadline) {
		return Failures.overloaded(admission, this.queue.policy(), deadline,
				(this.objective != null) ? this.objective.objective() : null);
	}

	/**
	 * Slices of other shapes show that they are not independent of the rows beside them.
	 */
	private void runWhole(PendingCall<I, O> call, Throwable reason) {
		this.sharing.end("the results of the slices of a call cannot be joined: " + reason.getMessage());
		if (!this.queue.again(call)) {
			call.result().completeExceptionally(Failures.closed());
			call.left();
		}
	}

	private void checkRows(int rows) {
		if (rows < 1) {
			throw Failures.noRows();
		}
		long most = this.queue.room().mostRows();
		if (rows > most) {
			throw InvalidInput
				.byCaller("the request has %d rows; a request may have at most %d (batching.queue-capacity)"
					.formatted(rows, most));
		}
	}

	private Admission offer(SlicedCall<I, O> call, Deadline deadline, long arrival, long now) {
		int level = call.slices().get(0).level();
		LatencyBudget budget = budget(level, deadline.remainingNanos(now), now - arrival);
		Admission admission = null;
		this.accepted.enters();
		try {
			admission = this.queue.offer(call.slices(), budget, now);
			return admission;
		}
		finally {
			if (admission == null || admission.decision() != Decision.ADMITTED) {
				this.accepted.leaves();
			}
		}
	}

	private LatencyBudget budget(int level, long deadlineNanos, long elapsedNanos) {
		if (this.objective != null) {
			return this.objective.budget(level, deadlineNanos, elapsedNanos);
		}
		return (deadlineNanos == Long.MAX_VALUE) ? LatencyBudget.ANY
				: new LatencyBudget(deadlineNanos, Long.MAX_VALUE, 0, 1);
	}

	@Override
	public Prediction predict(int rows, int before) {
		return this.queue.predict(this.queue.policy().priorities().defaultLevel(), rows, before);
	}

	@Override
	public BatchingPolicy policy() {
		return (this.objective != null) ? this.objective.limits() : this.queue.policy();
	}

	@Override
	public void policy(BatchingPolicy policy) {
		String obstacle = obstacle();
		if (obstacle != null && policy.maxBatchSize() > 1) {
			throw new IllegalArgumentException(
					"max-batch-size is %d; the model is served unbatched and takes 1 only, because %s"
						.formatted(policy.maxBatchSize(), obstacle));
		}
		apply(policy);
	}

	@Override
	public BatcherSnapshot snapshot() {
		QueueLength length = this.queue.length();
		List<InstanceSnapshot> each = this.instances.snapshots(this.nanoTime.getAsLong());
		int busy = (int) each.stream().filter(instance -> instance.busy() && !instance.hung()).count();
		int hung = (int) each.stream().filter(InstanceSnapshot::hung).count();
		return new BatcherSnapshot(length.requests(), length.rows(), each.size() - hung, busy, this.accepted.count(),
				this.load.rowsPerSecond(), length.oldestNanos(), each, objectiveStatus());
	}

	private @Nullable ObjectiveStatus objectiveStatus() {
		return (this.objective != null) ? this.objective.status(predict(1, 0)) : null;
	}

	@Override
	public boolean drain(Duration grace) {
		return this.end.drain(grace);
	}

	@Override
	public void close() {
		this.end.close();
	}

}
