package io.modelserving.pipeline;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.modelserving.model.DerivedFutures;

/**
 * The calls for the items of one request. Only some are under way at a time, so that a
 * large request neither overflows a queue nor keeps others from it; each one that ends
 * starts the next.
 * <p>
 * Calls may end on any thread, also while they are being started. Whoever raises
 * {@code wanted} from zero starts calls until it is zero again, so calls are started by
 * one thread at a time, in order and without recursion. The first failure, or cancelling
 * the outcome, ends it; whatever is started by then is cancelled, and nothing is started
 * any more.
 *
 * @param <I> the type of an item
 * @param <O> the type of its result
 */
public final class ItemCalls<I, O> {

	/** Enough to fill batches, a fraction of a queue's usual capacity. */
	public static final int MAX_UNDER_WAY = 256;

	private final List<I> items;

	private final Function<? super I, CompletableFuture<O>> call;

	private final AtomicReferenceArray<O> results;

	private final CompletableFuture<List<O>> outcome = new CompletableFuture<>();

	private final AtomicInteger remaining;

	private final AtomicInteger wanted = new AtomicInteger();

	private int next;

	private ItemCalls(List<I> items, Function<? super I, CompletableFuture<O>> call) {
		this.items = List.copyOf(items);
		this.call = call;
		this.results = new AtomicReferenceArray<>(this.items.size());
		this.remaining = new AtomicInteger(this.items.size());
	}

	/**
	 * Call for each item.
	 * @param <I> the type of an item
	 * @param <O> the type of its result
	 * @param items the items
	 * @param call starts the call of an item; called on this thread and on those that
	 * complete calls
	 * @return the results in the order of the items, or the first failure, not wrapped.
	 * Cancelling it cancels the calls under way
	 */
	public static <I, O> CompletableFuture<List<O>> start(List<I> items,
			Function<? super I, CompletableFuture<O>> call) {
		ItemCalls<I, O> calls = new ItemCalls<>(items, call);
		if (calls.items.isEmpty()) {
			calls.outcome.complete(List.of());
		}
		calls.want(Math.min(MAX_UNDER_WAY, calls.items.size()));
		return calls.outcome;
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
			DerivedFutures.link(this.call.apply(this.items.get(index)), this.outcome, (result) -> ended(index, result),
					this.outcome::completeExceptionally);
		}
	}

	private void ended(int index, O result) {
		this.results.set(index, result);
		if (this.remaining.decrementAndGet() == 0) {
			this.outcome.complete(IntStream.range(0, this.items.size()).mapToObj(this.results::get).toList());
		}
		else {
			want(1);
		}
	}

}
