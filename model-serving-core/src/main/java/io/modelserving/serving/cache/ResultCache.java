package io.modelserving.serving.cache;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.Deadline;
import io.modelserving.batching.DeadlineTimer;
import io.modelserving.model.DerivedFutures;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.tensor.NamedTensors;

/**
 * Answers calls of what is loaded as one version of a model from results that are kept,
 * and has equal calls share a run.
 * <p>
 * Protocol: the first of several equal calls leads a {@link Flight}, which looks for the
 * result and has the model run if there is none; the others join it. Each call keeps its
 * own deadline, which the timer watches, and its own cancellation. A flight is registered
 * until its result is kept, so that no equal call finds neither. One that fails because
 * of its leader, or for want of room, fails nobody else: those who have joined are handed
 * in again. Results are immutable, and shared by whoever gets them. No lock is held while
 * anything foreign runs. Thread-safe.
 */
public final class ResultCache {

	/** With fewer hits, a body is not worth reading that may have to be rejected. */
	private static final double LEAST_HITS = 0.1;

	private final CacheSettings settings;

	private final GuardedStore store;

	private final CacheCounts counts;

	private final DeadlineTimer timer;

	private final Executor completionExecutor;

	private final LongSupplier nanoTime;

	private final Map<String, Flight> flights = new ConcurrentHashMap<>();

	/**
	 * Create a cache.
	 * @param model the model and version, for messages
	 * @param settings how results are kept
	 * @param store opens the store, which notifies the listener that it is given
	 * @param listener is notified of what the cache does
	 * @param timer has deadlines seen
	 * @param completionExecutor where results are completed
	 * @param nanoTime the time by which deadlines pass
	 */
	public ResultCache(String model, CacheSettings settings, Function<CacheListener, ResultStore> store,
			CacheListener listener, DeadlineTimer timer, Executor completionExecutor, LongSupplier nanoTime) {
		this.settings = settings;
		this.timer = timer;
		this.completionExecutor = completionExecutor;
		this.nanoTime = nanoTime;
		this.counts = new CacheCounts(listener);
		this.store = new GuardedStore(model, store.apply(this.counts), this.counts, timer, this::execute);
	}

	/**
	 * Find the result of a call, or have the model run. Never blocks.
	 * @param call the call
	 * @return the result; cancelling it gives the call up, and ends the run if no other
	 * call waits for it
	 */
	public CompletableFuture<NamedTensors> infer(CachedCall call) {
		long start = this.nanoTime.getAsLong();
		if (call.use() == CacheUse.BYPASS || call.deadline().hasPassed(start)) {
			count(call, CacheOutcome.BYPASSED, 0);
			return call.run().apply(call.deadline());
		}
		String key = InputDigest.of(call.inputs());
		Flight own = new Flight(call.level());
		own.enter();
		if (call.use() == CacheUse.REFRESH) {
			this.flights.put(key, own);
			return lead(key, own, call, start);
		}
		Flight present = this.flights.putIfAbsent(key, own);
		while (present != null) {
			// a run that waits behind others is no help to a call that may go first
			if (present.level() <= call.level() && present.enter()) {
				return join(key, present, call, start);
			}
			this.flights.remove(key, present);
			present = this.flights.putIfAbsent(key, own);
		}
		return lead(key, own, call, start);
	}

	private CompletableFuture<NamedTensors> lead(String key, Flight flight, CachedCall call, long start) {
		CompletableFuture<Optional<NamedTensors>> found = (call.use() == CacheUse.USE) ? this.store.find(key)
				: CompletableFuture.completedFuture(Optional.empty());
		if (found.isDone() && found.join().isPresent()) {
			count(call, CacheOutcome.HIT, this.nanoTime.getAsLong() - start);
			arrived(key, flight, found.join().get());
			return flight.result();
		}
		CompletableFuture<NamedTensors> result = watched(key, flight, call.deadline());
		boolean late = !found.isDone();
		flight.result().whenComplete((outputs, failure) -> {
			if (late && failure instanceof ModelUnavailable) {
				// it was replaced meanwhile, and the one in its place takes the call
				handInAgain(result, call);
			}
			else {
				complete(result, outputs, failure);
			}
		});
		// the inputs are read after the leader has gone, if others wait for the run
		call.memory().retain();
		found.thenAccept(kept -> looked(key, flight, call, kept.orElse(null), start));
		return result;
	}

	private void looked(String key, Flight flight, CachedCall call, @Nullable NamedTensors kept, long start) {
		if (kept != null || flight.isAbandoned()) {
			call.memory().release();
		}
		long nanos = this.nanoTime.getAsLong() - start;
		if (kept != null) {
			count(call, CacheOutcome.HIT, nanos);
			arrived(key, flight, kept);
		}
		else if (!flight.isAbandoned()) {
			count(call, (call.use() == CacheUse.REFRESH) ? CacheOutcome.BYPASSED : CacheOutcome.MISS, nanos);
			run(key, flight, call);
		}
	}

	private void arrived(String key, Flight flight, NamedTensors outputs) {
		this.flights.remove(key, flight);
		flight.result().complete(outputs);
	}

	private void run(String key, Flight flight, CachedCall call) {
		CompletableFuture<NamedTensors> run;
		try {
			// the run goes on for those whose deadlines are later
			run = call.run().apply(call.deadline().forAdmission());
		}
		catch (RuntimeException ex) {
			run = CompletableFuture.failedFuture(ex);
		}
		call.memory().release();
		flight.began(run);
		run.whenComplete((outputs, failure) -> {
			if (outputs == null) {
				this.flights.remove(key, flight);
				flight.result().completeExceptionally(failure);
				return;
			}
			this.store.put(key, outputs).whenComplete((done, problem) -> this.flights.remove(key, flight));
			flight.result().complete(outputs);
		});
	}

	private CompletableFuture<NamedTensors> join(String key, Flight flight, CachedCall call, long start) {
		CompletableFuture<NamedTensors> result = watched(key, flight, call.deadline());
		long nanos = this.nanoTime.getAsLong() - start;
		NamedTensors present = flight.outputs();
		if (present != null) {
			count(call, CacheOutcome.HIT, nanos);
			result.complete(present);
			return result;
		}
		flight.result().whenComplete((outputs, failure) -> execute(() -> {
			if (outputs == null && !(failure instanceof ExecutionFailed)) {
				handInAgain(result, call);
			}
			else if (!result.isDone()) {
				count(call, CacheOutcome.SHARED, nanos);
				complete(result, outputs, failure);
			}
		}));
		return result;
	}

	private static void handInAgain(CompletableFuture<NamedTensors> result, CachedCall call) {
		if (!result.isDone()) {
			DerivedFutures.link(call.again().get(), result, result::complete, result::completeExceptionally);
		}
	}

	private void execute(Runnable task) {
		try {
			this.completionExecutor.execute(task);
		}
		catch (RejectedExecutionException ex) {
			task.run();
		}
	}

	/**
	 * Return a result that fails at a deadline, and leaves the flight when it is
	 * completed.
	 */
	private CompletableFuture<NamedTensors> watched(String key, Flight flight, Deadline deadline) {
		CompletableFuture<NamedTensors> result = new CompletableFuture<>();
		Runnable stop = deadline.isNone() ? () -> {
		} : this.timer.schedule(deadline.remainingNanos(this.nanoTime.getAsLong()),
				() -> execute(() -> result.completeExceptionally(deadline.exceeded())));
		result.whenComplete((outputs, failure) -> {
			stop.run();
			if (flight.leave(failure)) {
				this.flights.remove(key, flight);
			}
		});
		return result;
	}

	private static void complete(CompletableFuture<NamedTensors> result, @Nullable NamedTensors outputs,
			@Nullable Throwable failure) {
		if (outputs != null) {
			result.complete(outputs);
		}
		else if (failure != null) {
			result.completeExceptionally(failure);
		}
	}

	private void count(CachedCall call, CacheOutcome outcome, long nanos) {
		call.outcome().accept(outcome);
		this.counts.looked(outcome, nanos);
	}

	/**
	 * Return whether so many calls get a kept result that it is worth to read the body of
	 * a call which may have to be rejected.
	 */
	public boolean isWorthReading() {
		return this.counts.hitRatio() >= LEAST_HITS;
	}

	public CacheSnapshot snapshot() {
		return this.counts.snapshot(this.settings, this.store.store());
	}

	/**
	 * Drop all results.
	 */
	public void clear() {
		this.flights.values().removeIf(flight -> flight.result().isDone());
		this.store.store().clear();
	}

	/**
	 * Drop all results, as they are of no use any more.
	 */
	public void close() {
		this.store.store().close();
	}

}
