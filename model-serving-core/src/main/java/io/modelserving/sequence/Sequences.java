package io.modelserving.sequence;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.DeadlineTimer;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.tensor.NamedTensors;

/**
 * Runs the requests of the sequences of one generation of a model. Those of one sequence
 * run one after the other, in the order of their arrival, each on the state that the one
 * before has left; a request that fails or is cancelled leaves the state as it was before
 * it.
 * <p>
 * Protocol: the lock of this object guards the table and its sequences. Nothing is run,
 * completed or notified under it. Of each sequence one request runs at most; the thread
 * that ends it begins the next one. Thread-safe.
 */
public final class Sequences {

	private static final Duration SOON = Duration.ofSeconds(1);

	private final String model;

	private final SequenceStates states;

	private final SequenceSettings settings;

	private final List<SequenceStatus.State> description;

	private final IntSupplier mostWaiting;

	private final DeadlineTimer timer;

	private final Executor completionExecutor;

	private final LongSupplier nanoTime;

	private final SequenceListener listener;

	private final SequenceTable<SequenceRequest> table;

	private final CompletableFuture<Void> idle = new CompletableFuture<>();

	/** The requests that have not ended, and those of them that wait. */
	private int open;

	private int waiting;

	private boolean closed;

	/**
	 * Create the sequences of a generation, of which there are none yet.
	 * @param model the name of the model
	 * @param states its states
	 * @param mostWaiting gives the most requests that may wait for others of their
	 * sequence
	 * @param timer has the deadlines of requests seen that wait
	 * @param completionExecutor where they are completed then
	 */
	public Sequences(String model, SequenceStates states, SequenceSettings settings, IntSupplier mostWaiting,
			DeadlineTimer timer, Executor completionExecutor, LongSupplier nanoTime, SequenceListener listener) {
		this.model = model;
		this.states = states;
		this.settings = settings;
		this.description = states.describe();
		this.mostWaiting = mostWaiting;
		this.timer = timer;
		this.completionExecutor = completionExecutor;
		this.nanoTime = nanoTime;
		this.listener = listener;
		this.table = new SequenceTable<>(model, settings);
	}

	public SequenceStates states() {
		return this.states;
	}

	/**
	 * Remember how the sequences of the generation before have ended.
	 */
	public void succeed(Sequences before) {
		SequenceHistory history;
		synchronized (before) {
			history = before.table.history();
		}
		synchronized (this) {
			this.table.history(history);
		}
	}

	/**
	 * Return which of all sequences of the process this is, by its start.
	 * @return the number, the last one having the highest; 0 if the sequence has ended,
	 * -1 if there was none
	 */
	public synchronized long numberOf(String id) {
		Sequence<SequenceRequest> sequence = this.table.find(id);
		return (sequence != null) ? sequence.number() : (this.table.history().find(id) != null) ? 0 : -1;
	}

	public synchronized SequenceStatus status() {
		return new SequenceStatus(this.description, this.settings.idleTimeout(), this.settings.maxSequences(),
				this.table.size(), this.waiting, this.table.bytes());
	}

	/**
	 * Return what a request fails with that belongs to no sequence, in Triton's words.
	 */
	public String withoutSequence() {
		return "inference request to model '%s' must specify a non-zero or non-empty correlation ID (sequence_id), as the model keeps the state of sequences"
			.formatted(this.model);
	}

	/**
	 * Hand in a request.
	 * @return the result
	 * @throws InvalidInput if its sequence has not started
	 * @throws Overloaded if there would be too many sequences, or requests that wait
	 */
	public CompletableFuture<NamedTensors> submit(SequenceRequest request) {
		expire();
		Sequence<SequenceRequest> sequence;
		boolean waits;
		long now = this.nanoTime.getAsLong();
		synchronized (this) {
			if (this.closed) {
				return CompletableFuture
					.failedFuture(new ModelUnavailable("the model is shutting down and takes no more requests", SOON));
			}
			sequence = enter(request.step(), now);
			request.retain();
			waits = sequence.isBusy();
			sequence.add(request);
			this.open++;
			this.waiting++;
		}
		request.result().whenComplete((result, failure) -> giveUp(sequence, request));
		if (waits && !request.deadline().isNone()) {
			Runnable cancelTimer = this.timer.schedule(request.deadline().remainingNanos(now),
					() -> this.completionExecutor.execute(request::late));
			request.result().whenComplete((result, failure) -> cancelTimer.run());
		}
		dispatch(sequence);
		return request.result();
	}

	private Sequence<SequenceRequest> enter(SequenceStep step, long now) {
		Sequence<SequenceRequest> known = this.table.find(step.id());
		if (known != null && known.isBusy() && this.waiting >= this.mostWaiting.getAsInt()) {
			throw new Overloaded(
					"%d requests wait for others of their sequences, which is the most (batching.queue-capacity)"
						.formatted(this.waiting),
					SOON);
		}
		return this.table.enter(step, now);
	}

	/**
	 * End the sequences that have been idle for too long.
	 */
	public void expire() {
		List<Sequence<SequenceRequest>> expired;
		synchronized (this) {
			expired = this.table.expire(this.nanoTime.getAsLong());
		}
		expired.forEach(sequence -> this.listener.ended(SequenceEnd.EXPIRED));
	}

	/** What was cancelled, or is late, has its turn no more, and runs no longer. */
	private void giveUp(Sequence<SequenceRequest> sequence, SequenceRequest request) {
		boolean waited;
		synchronized (this) {
			waited = sequence.remove(request);
			if (waited) {
				this.waiting--;
				this.open--;
			}
		}
		if (waited) {
			request.release();
			dispatch(sequence);
		}
		else {
			request.cancelRun();
		}
	}

	private void dispatch(Sequence<SequenceRequest> sequence) {
		while (true) {
			SequenceRequest request = next(sequence);
			if (request == null) {
				return;
			}
			CompletableFuture<NamedTensors> run = begin(sequence, request);
			boolean before = run.isDone();
			run.whenComplete((outputs, failure) -> {
				end(sequence, request, outputs, failure);
				if (!before) {
					dispatch(sequence);
				}
			});
			if (!before) {
				return;
			}
		}
	}

	private @Nullable SequenceRequest next(Sequence<SequenceRequest> sequence) {
		SequenceRequest request;
		boolean nothingOpen;
		synchronized (this) {
			request = sequence.next();
			if (request != null) {
				this.waiting--;
			}
			this.table.settle(sequence);
			nothingOpen = this.closed && this.open == 0;
		}
		if (nothingOpen) {
			this.idle.complete(null);
		}
		return request;
	}

	private CompletableFuture<NamedTensors> begin(Sequence<SequenceRequest> sequence, SequenceRequest request) {
		try {
			int rows = this.states.rows(request.inputs());
			NamedTensors state = request.step().start() ? this.states.initial(rows) : stateFor(sequence, rows);
			return request.run(SequenceStates.join(request.inputs(), state));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		finally {
			request.release();
		}
	}

	private synchronized NamedTensors stateFor(Sequence<SequenceRequest> sequence, int rows) {
		NamedTensors state = sequence.state();
		if (state == null) {
			throw this.table.unknown(sequence.id());
		}
		if (sequence.rows() != rows) {
			throw new InvalidInput(
					"the request has %d rows; its sequence has %d since its start".formatted(rows, sequence.rows()));
		}
		return state;
	}

	private void end(Sequence<SequenceRequest> sequence, SequenceRequest request, @Nullable NamedTensors outputs,
			@Nullable Throwable failure) {
		NamedTensors state = null;
		NamedTensors result = outputs;
		Throwable reason = failure;
		try {
			if (outputs != null) {
				result = request.withoutStates() ? this.states.results(outputs) : outputs;
				state = this.states.after(outputs);
			}
		}
		catch (RuntimeException ex) {
			reason = ex;
		}
		SequenceStep step = request.step();
		boolean kept;
		boolean restarted = false;
		synchronized (this) {
			kept = state != null && !request.result().isDone();
			if (kept) {
				restarted = step.start() && sequence.state() != null;
				this.table.keep(sequence, step.end() ? null : state, this.states.rows(request.inputs()));
				if (step.end()) {
					this.table.history().add(sequence.id(), SequenceEnd.COMPLETED);
				}
			}
			sequence.ended();
			this.open--;
			this.table.use(sequence, this.nanoTime.getAsLong());
			this.table.settle(sequence);
		}
		if (kept) {
			notifyKept(step, restarted);
		}
		if (reason != null) {
			request.result().completeExceptionally(reason);
		}
		else {
			request.result().complete(result);
		}
	}

	private void notifyKept(SequenceStep step, boolean restarted) {
		if (restarted) {
			this.listener.ended(SequenceEnd.RESTARTED);
		}
		if (step.start()) {
			this.listener.started();
		}
		if (step.end()) {
			this.listener.ended(SequenceEnd.COMPLETED);
		}
	}

	/**
	 * Reject further requests and wait until those accepted have ended.
	 * @param grace how long to wait
	 * @return the time that is left of the grace
	 */
	public Duration drain(Duration grace) {
		long end = this.nanoTime.getAsLong() + grace.toNanos();
		boolean nothingOpen;
		synchronized (this) {
			if (!this.closed) {
				this.closed = true;
				this.table.all().forEach(sequence -> this.table.history().add(sequence.id(), SequenceEnd.UNLOADED));
			}
			nothingOpen = this.open == 0;
		}
		if (!nothingOpen) {
			await(grace);
		}
		return Duration.ofNanos(Math.max(0, end - this.nanoTime.getAsLong()));
	}

	private void await(Duration grace) {
		try {
			this.idle.get(grace.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			// what has not ended fails when the batcher is drained
		}
	}

	/**
	 * End all sequences. To be called once no request is taken or runs any more.
	 */
	public void close() {
		List<Sequence<SequenceRequest>> started;
		synchronized (this) {
			started = this.table.all().stream().filter(sequence -> sequence.state() != null).toList();
			this.table.clear();
		}
		started.forEach(sequence -> this.listener.ended(SequenceEnd.UNLOADED));
	}

}
