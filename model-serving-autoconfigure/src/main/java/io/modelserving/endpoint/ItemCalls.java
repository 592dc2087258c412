package io.modelserving.endpoint;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.modelserving.model.DerivedFutures;
import io.modelserving.serving.InferenceResult;
import io.modelserving.tensor.NamedTensors;

/**
 * The calls for the items of one request. Only some are under way at a time, so that a
 * large request neither overflows the queue of the model nor keeps others from it; each
 * one that ends starts the next.
 * <p>
 * Calls may end on any thread, also while they are being started. A thread that raises
 * {@code wanted} from zero starts calls until it is zero again, so calls are started by
 * one thread at a time, in order and without recursion. The first failure, or cancelling
 * the outcome, ends it; whatever is started by then is cancelled, and nothing is started
 * any more.
 */
final class ItemCalls {

	/** Enough to fill batches, a fraction of a queue's usual capacity. */
	static final int MAX_UNDER_WAY = 256;

	private final List<NamedTensors> items;

	private final Function<NamedTensors, CompletableFuture<InferenceResult>> infer;

	private final AtomicReferenceArray<NamedTensors> outputs;

	private final CompletableFuture<List<NamedTensors>> outcome = new CompletableFuture<>();

	private final AtomicInteger remaining;

	private final AtomicInteger wanted = new AtomicInteger();

	private int next;

	ItemCalls(List<NamedTensors> items, Function<NamedTensors, CompletableFuture<InferenceResult>> infer) {
		this.items = List.copyOf(items);
		this.infer = infer;
		this.outputs = new AtomicReferenceArray<>(this.items.size());
		this.remaining = new AtomicInteger(this.items.size());
	}

	/**
	 * Begin, once.
	 * @return the outputs of each item in order, or the first failure
	 */
	CompletableFuture<List<NamedTensors>> start() {
		if (this.items.isEmpty()) {
			this.outcome.complete(List.of());
		}
		want(Math.min(MAX_UNDER_WAY, this.items.size()));
		return this.outcome;
	}

	private void want(int calls) {
		if (this.wanted.getAndAdd(calls) == 0 && calls > 0) {
			do {
				startNext();
			}
			while (this.wanted.decrementAndGet() > 0);
		}
	}

	private void startNext() {
		if (this.next < this.items.size() && !this.outcome.isDone()) {
			int index = this.next++;
			CompletableFuture<InferenceResult> call = this.infer.apply(this.items.get(index));
			DerivedFutures.link(call, this.outcome, (result) -> ended(index, result.outputs()),
					this.outcome::completeExceptionally);
		}
	}

	private void ended(int index, NamedTensors result) {
		this.outputs.set(index, result);
		if (this.remaining.decrementAndGet() == 0) {
			this.outcome.complete(IntStream.range(0, this.items.size()).mapToObj(this.outputs::get).toList());
		}
		else {
			want(1);
		}
	}

	static Throwable unwrap(Throwable failure) {
		return (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause() : failure;
	}

}
