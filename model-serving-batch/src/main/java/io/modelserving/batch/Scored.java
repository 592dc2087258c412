package io.modelserving.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ItemWriter;

/**
 * An item of a chunk and its result, which may still be under way: the items of a chunk
 * are all handed in before the first result is waited for, so that they share batches.
 *
 * @param item the item
 * @param future the result
 * @param <T> the type of the item
 * @param <O> the type of the result
 */
public record Scored<T, O>(T item, CompletableFuture<O> future) {

	/**
	 * Wait for the result.
	 * @return the result
	 * @throws io.modelserving.model.InferenceException if there is none, and other
	 * runtime exceptions: what the call failed with, not wrapped
	 * @throws IllegalStateException if this thread is interrupted, which cancels the call
	 */
	public O result() {
		try {
			return this.future.get();
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			throw new IllegalStateException(ex.getCause());
		}
		catch (InterruptedException ex) {
			this.future.cancel(true);
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted while waiting for a result", ex);
		}
		catch (CancellationException ex) {
			throw new IllegalStateException("the call was cancelled", ex);
		}
	}

	/** Do something once there is a result or a failure. */
	@SuppressWarnings("FutureReturnValueIgnored") // the result is waited for elsewhere
	void whenDone(Runnable action) {
		this.future.whenComplete((result, failure) -> action.run());
	}

	/**
	 * Write results with a writer that knows nothing of the items.
	 * @param writer takes the results of a chunk, in the order of the items
	 * @param <T> the type of the items
	 * @param <O> the type of the results
	 * @return the writer of scored items; the first failure fails the chunk
	 */
	public static <T, O> ItemWriter<Scored<T, O>> results(ItemWriter<? super O> writer) {
		return (chunk) -> {
			List<O> results = new ArrayList<>(chunk.size());
			for (Scored<T, O> scored : chunk) {
				results.add(scored.result());
			}
			writer.write(new Chunk<>(results));
		};
	}

}
