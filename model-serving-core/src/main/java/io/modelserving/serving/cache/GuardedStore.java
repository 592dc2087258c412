package io.modelserving.serving.cache;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.modelserving.batching.DeadlineTimer;
import io.modelserving.tensor.NamedTensors;

/**
 * A store that answers in time and without a failure, whatever the store behind it does.
 * Thread-safe.
 */
final class GuardedStore {

	/** A store that takes longer is of no use for this call. */
	private static final Duration LIMIT = Duration.ofMillis(250);

	private static final System.Logger logger = System.getLogger(GuardedStore.class.getName());

	private final String model;

	private final ResultStore store;

	private final CacheListener listener;

	private final DeadlineTimer timer;

	private final Executor executor;

	private final AtomicBoolean warned = new AtomicBoolean();

	/**
	 * Create a store.
	 * @param model the model and version, for messages
	 * @param store the store behind it
	 * @param listener is notified of failures
	 * @param timer ends what takes too long
	 * @param executor continues then
	 */
	GuardedStore(String model, ResultStore store, CacheListener listener, DeadlineTimer timer, Executor executor) {
		this.model = model;
		this.store = store;
		this.listener = listener;
		this.timer = timer;
		this.executor = executor;
	}

	ResultStore store() {
		return this.store;
	}

	CompletableFuture<Optional<NamedTensors>> find(String key) {
		return guarded(() -> this.store.find(key), Optional.empty());
	}

	CompletableFuture<Boolean> put(String key, NamedTensors outputs) {
		return guarded(() -> this.store.put(key, outputs).thenApply(done -> true), false);
	}

	private <T> CompletableFuture<T> guarded(Supplier<CompletableFuture<T>> operation, T otherwise) {
		CompletableFuture<T> guarded = new CompletableFuture<>();
		AtomicBoolean ended = new AtomicBoolean();
		CompletableFuture<T> pending;
		try {
			pending = operation.get();
		}
		catch (RuntimeException ex) {
			failed(ex);
			return CompletableFuture.completedFuture(otherwise);
		}
		Runnable stop = pending.isDone() ? () -> {
		} : this.timer.schedule(LIMIT.toNanos(), () -> this.executor.execute(() -> {
			if (ended.compareAndSet(false, true)) {
				failed(new TimeoutException("there is no response within %d ms".formatted(LIMIT.toMillis())));
				guarded.complete(otherwise);
			}
		}));
		pending.whenComplete((value, failure) -> {
			stop.run();
			if (ended.compareAndSet(false, true)) {
				if (failure != null) {
					failed(failure);
				}
				guarded.complete((failure != null) ? otherwise : value);
			}
		});
		return guarded;
	}

	private void failed(Throwable failure) {
		logger.log(this.warned.compareAndSet(false, true) ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG,
				() -> "the cache of model %s fails, and calls go on without it; this is said once"
					.formatted(this.model),
				failure);
		this.listener.failed();
	}

}
