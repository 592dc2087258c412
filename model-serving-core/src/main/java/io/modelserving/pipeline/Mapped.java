package io.modelserving.pipeline;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.modelserving.batching.Deadline;
import io.modelserving.model.DerivedFutures;

/** A pipeline and a quick function behind it. */
record Mapped<I, M, O>(Pipeline<I, M> pipeline, Function<? super M, ? extends O> function) implements Pipeline<I, O> {

	@Override
	public CompletableFuture<O> submit(I item, Deadline deadline, long behindNanos) {
		CompletableFuture<O> result = new CompletableFuture<>();
		DerivedFutures.link(this.pipeline.submit(item, deadline, behindNanos), result, (value) -> {
			try {
				result.complete(this.function.apply(value));
			}
			catch (RuntimeException ex) {
				result.completeExceptionally(StageFailures.of("map", ex));
			}
		}, result::completeExceptionally);
		return result;
	}

	@Override
	public long predictedNanos() {
		return this.pipeline.predictedNanos();
	}

	@Override
	public List<StageLoad> loads() {
		return this.pipeline.loads();
	}

}
