package io.modelserving.model;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Derives a future from another one, its source. A derived future that ends first, by
 * cancellation or otherwise, cancels the source. Failures arrive without the
 * {@link CompletionException} around them. Thread-safe.
 */
public final class DerivedFutures {

	private DerivedFutures() {
	}

	/**
	 * Derive a future that has the value of the source, mapped.
	 * @param <S> the type of the source's value
	 * @param <T> the type of the value
	 * @param source the source
	 * @param mapping maps the value; what it throws fails the derived future
	 * @return the derived future; fails with what the source fails with
	 */
	public static <S, T> CompletableFuture<T> map(CompletableFuture<S> source,
			Function<? super S, ? extends T> mapping) {
		CompletableFuture<T> derived = new CompletableFuture<>();
		link(source, derived, (value) -> derived.complete(mapping.apply(value)), derived::completeExceptionally);
		return derived;
	}

	/**
	 * Link a source to a future that is derived from it.
	 * @param <S> the type of the source's value
	 * @param source the source
	 * @param derived the derived future, which may have more sources
	 * @param success called with the value of the source; what it throws fails the
	 * derived future
	 * @param failure called with the failure of the source, likewise
	 */
	public static <S> void link(CompletableFuture<S> source, CompletableFuture<?> derived, Consumer<? super S> success,
			Consumer<? super Throwable> failure) {
		derived.whenComplete((value, reason) -> source.cancel(false));
		source.whenComplete((value, reason) -> {
			try {
				if (reason != null) {
					failure.accept((reason instanceof CompletionException && reason.getCause() != null)
							? reason.getCause() : reason);
				}
				else {
					success.accept(value);
				}
			}
			catch (RuntimeException | Error ex) {
				derived.completeExceptionally(ex);
			}
		});
	}

}
