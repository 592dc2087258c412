package io.modelserving.pipeline;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.modelserving.batching.Deadline;
import io.modelserving.model.DerivedFutures;

/** Two pipelines, one behind the other. */
record Sequence<I, M, O>(Pipeline<I, M> first, Pipeline<? super M, O> second) implements Pipeline<I, O> {

	@Override
	public CompletableFuture<O> submit(I item, Deadline deadline, long behindNanos) {
		CompletableFuture<O> result = new CompletableFuture<>();
		DerivedFutures.link(this.first.submit(item, deadline, behindNanos + this.second.predictedNanos()), result,
				(between) -> DerivedFutures.link(this.second.submit(between, deadline, behindNanos), result,
						result::complete, result::completeExceptionally),
				result::completeExceptionally);
		return result;
	}

	@Override
	public long predictedNanos() {
		return this.first.predictedNanos() + this.second.predictedNanos();
	}

	@Override
	public List<StageLoad> loads() {
		return Stream.concat(this.first.loads().stream(), this.second.loads().stream()).toList();
	}

}
