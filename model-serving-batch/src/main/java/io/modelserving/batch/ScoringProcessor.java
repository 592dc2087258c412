package io.modelserving.batch;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntSupplier;

import org.jspecify.annotations.Nullable;

import org.springframework.batch.infrastructure.item.ItemProcessor;

import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.Overloaded;

/**
 * Hands items in, so many at once. What is rejected since there is no room is handed in
 * again until there is: others call the model, too. What was too late is tried a few
 * times. For one step; its threads may share it.
 */
final class ScoringProcessor<T, O> implements ItemProcessor<T, Scored<T, O>> {

	private static final int LATE_ATTEMPTS = 5;

	private static final long MIN_DELAY_MILLIS = 5;

	private static final long MAX_DELAY_MILLIS = 1000;

	private final Function<? super T, CompletableFuture<O>> call;

	private final IntSupplier window;

	private @Nullable Semaphore permits;

	/**
	 * Create a processor.
	 * @param call scores an item
	 * @param window says how many items may be under way
	 */
	ScoringProcessor(Function<? super T, CompletableFuture<O>> call, IntSupplier window) {
		this.call = call;
		this.window = window;
	}

	@Override
	@SuppressWarnings("FutureReturnValueIgnored") // the result is in what is returned
	public Scored<T, O> process(T item) throws InterruptedException {
		Semaphore all = permits();
		all.acquire();
		CompletableFuture<O> result = new CompletableFuture<>();
		result.whenComplete((response, failure) -> all.release());
		attempt(item, result, 1);
		return new Scored<>(item, result);
	}

	private synchronized Semaphore permits() {
		if (this.permits == null) {
			this.permits = new Semaphore(this.window.getAsInt());
		}
		return this.permits;
	}

	@SuppressWarnings("FutureReturnValueIgnored") // its end is that of the result
	private void attempt(T item, CompletableFuture<O> result, int number) {
		if (result.isDone()) {
			return;
		}
		CompletableFuture<O> attempt;
		try {
			attempt = this.call.apply(item);
		}
		catch (RuntimeException ex) {
			result.completeExceptionally(ex);
			return;
		}
		attempt.whenComplete((response, thrown) -> {
			Throwable failure = (thrown instanceof CompletionException && thrown.getCause() != null) ? thrown.getCause()
					: thrown;
			if (failure == null) {
				result.complete(response);
			}
			else if (failure instanceof Overloaded overloaded) {
				again(item, result, overloaded.retryAfter().toMillis(), number);
			}
			else if (failure instanceof DeadlineExceeded && number < LATE_ATTEMPTS) {
				again(item, result, MIN_DELAY_MILLIS, number + 1);
			}
			else {
				result.completeExceptionally(failure);
			}
		});
		result.whenComplete((response, failure) -> {
			if (result.isCancelled()) {
				attempt.cancel(true);
			}
		});
	}

	private void again(T item, CompletableFuture<O> result, long delayMillis, int number) {
		long bounded = Math.max(MIN_DELAY_MILLIS, Math.min(delayMillis, MAX_DELAY_MILLIS));
		CompletableFuture.delayedExecutor(bounded, TimeUnit.MILLISECONDS).execute(() -> attempt(item, result, number));
	}

}
