package io.modelserving.batch;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.modelserving.model.DerivedFutures;

import org.springframework.batch.infrastructure.item.ItemProcessor;

/**
 * A handler, a model or a pipeline as a step of Spring Batch uses it. Made by
 * {@link Scorers}. Thread-safe.
 *
 * @param <T> the type of an item
 * @param <O> the type of its result
 */
public final class Scorer<T, O> {

	private final Function<? super T, CompletableFuture<O>> call;

	private final BatchSizes sizes;

	Scorer(Function<? super T, CompletableFuture<O>> call, BatchSizes sizes) {
		this.call = call;
		this.sizes = sizes;
	}

	/**
	 * Score items that the handler, model or pipeline does not take as they are.
	 * @param conversion makes what is taken; what it throws fails the item
	 * @param <S> the type of the items
	 * @return a scorer that converts first
	 */
	public <S> Scorer<S, O> on(Function<? super S, ? extends T> conversion) {
		return new Scorer<>((item) -> {
			try {
				return this.call.apply(conversion.apply(item));
			}
			catch (RuntimeException ex) {
				return CompletableFuture.failedFuture(ex);
			}
		}, this.sizes);
	}

	/**
	 * Convert results.
	 * @param conversion makes another result; what it throws fails the item
	 */
	<P> Scorer<T, P> to(Function<? super O, ? extends P> conversion) {
		return new Scorer<>((item) -> DerivedFutures.map(this.call.apply(item), conversion), this.sizes);
	}

	/**
	 * Score one item.
	 * @param item the item
	 * @return the result, or what went wrong, not wrapped
	 */
	public CompletableFuture<O> score(T item) {
		return this.call.apply(item);
	}

	/**
	 * Return the size of a chunk that keeps all instances busy: a multiple of what they
	 * run at once.
	 * @return the number of items
	 * @throws IllegalStateException if the model is not ready, so that this is not known
	 */
	public int chunkSize() {
		return this.sizes.chunkSize();
	}

	/**
	 * Make the processor of a chunk-oriented step. It hands items in and does not wait
	 * for results; as many items as keep all instances busy are under way at once, and
	 * what is rejected for want of room is handed in again.
	 * @return a processor, for one step
	 */
	public ItemProcessor<T, Scored<T, O>> processor() {
		return new ScoringProcessor<>(this.call, this.sizes::window);
	}

}
