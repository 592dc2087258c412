package io.modelserving.pipeline;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.modelserving.batching.Deadline;
import io.modelserving.model.DerivedFutures;

/** One of two ways. */
record Branch<I, O>(Predicate<? super I> condition, Pipeline<? super I, ? extends O> yes,
		Pipeline<? super I, ? extends O> no) implements Pipeline<I, O> {

	@Override
	public CompletableFuture<O> submit(I item, Deadline deadline, long behindNanos) {
		Pipeline<? super I, ? extends O> way;
		try {
			way = this.condition.test(item) ? this.yes : this.no;
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(StageFailures.of("branch", ex));
		}
		return DerivedFutures.map(way.submit(item, deadline, behindNanos), (result) -> result);
	}

	/** The shorter way, so that no item is rejected for the sake of the other one. */
	@Override
	public long predictedNanos() {
		return Math.min(this.yes.predictedNanos(), this.no.predictedNanos());
	}

	@Override
	public List<StageLoad> loads() {
		return Stream.concat(this.yes.loads().stream(), this.no.loads().stream()).toList();
	}

}
