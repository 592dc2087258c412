package io.modelserving.pipeline;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.modelserving.batching.Deadline;
import io.modelserving.model.DerivedFutures;

/** A way, and another one for what fails on it. */
record Fallback<I, O>(Pipeline<I, O> usual, Predicate<? super Throwable> failure,
		Pipeline<? super I, ? extends O> other) implements Pipeline<I, O> {

	@Override
	public CompletableFuture<O> submit(I item, Deadline deadline, long behindNanos) {
		CompletableFuture<O> result = new CompletableFuture<>();
		DerivedFutures.link(this.usual.submit(item, deadline, behindNanos), result, result::complete, (reason) -> {
			if (this.failure.test(reason) && !result.isDone()) {
				DerivedFutures.link(this.other.submit(item, deadline, behindNanos), result, result::complete,
						result::completeExceptionally);
			}
			else {
				result.completeExceptionally(reason);
			}
		});
		return result;
	}

	@Override
	public long predictedNanos() {
		return Math.min(this.usual.predictedNanos(), this.other.predictedNanos());
	}

	@Override
	public List<StageLoad> loads() {
		return Stream.concat(this.usual.loads().stream(), this.other.loads().stream()).toList();
	}

}
