package io.modelserving.pipeline;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.Stream;

import io.modelserving.batching.Deadline;
import io.modelserving.model.DerivedFutures;

/** Two ways at once. */
record Join<I, A, B, O>(Pipeline<? super I, A> first, Pipeline<? super I, B> second,
		BiFunction<? super A, ? super B, ? extends O> joining) implements Pipeline<I, O> {

	@Override
	public CompletableFuture<O> submit(I item, Deadline deadline, long behindNanos) {
		CompletableFuture<O> result = new CompletableFuture<>();
		CompletableFuture<A> one = this.first.submit(item, deadline, behindNanos);
		CompletableFuture<B> other = this.second.submit(item, deadline, behindNanos);
		AtomicInteger missing = new AtomicInteger(2);
		Runnable arrived = () -> {
			if (missing.decrementAndGet() == 0) {
				complete(result, one.join(), other.join());
			}
		};
		DerivedFutures.link(one, result, (value) -> arrived.run(), result::completeExceptionally);
		DerivedFutures.link(other, result, (value) -> arrived.run(), result::completeExceptionally);
		return result;
	}

	private void complete(CompletableFuture<O> result, A one, B other) {
		try {
			result.complete(this.joining.apply(one, other));
		}
		catch (RuntimeException ex) {
			result.completeExceptionally(StageFailures.of("join", ex));
		}
	}

	@Override
	public long predictedNanos() {
		return Math.max(this.first.predictedNanos(), this.second.predictedNanos());
	}

	@Override
	public List<StageLoad> loads() {
		return Stream.concat(this.first.loads().stream(), this.second.loads().stream()).toList();
	}

}
