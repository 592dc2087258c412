package io.modelserving.batching;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A call, cut into slices where it has more rows than a batch.
 *
 * @param slices the slices, one if the call fits into a batch
 * @param rows the number of rows of the call
 * @param answer the answer of the call: that of its only slice, or those of all slices
 * joined; it fails as soon as one slice fails
 */
record SlicedCall<I, O>(List<PendingCall<I, O>> slices, int rows, CompletableFuture<O> answer) {

	/**
	 * Cut a call.
	 * @param input what to run
	 * @param rows the number of its rows
	 * @param limit the most rows of a slice
	 * @param level the level that it waits at
	 * @param deadline until when the answer is of use
	 * @param arrival the nanosecond time of its arrival
	 * @param adapter slices the input and joins the outputs
	 * @return the call
	 */
	static <I, O> SlicedCall<I, O> of(I input, int rows, int limit, int level, Deadline deadline, long arrival,
			BatchAdapter<I, O> adapter) {
		if (rows <= limit) {
			PendingCall<I, O> only = PendingCall.of(input, rows, level, deadline, arrival, adapter);
			return new SlicedCall<>(List.of(only), rows, only.answer());
		}
		List<PendingCall<I, O>> slices = new ArrayList<>();
		for (int from = 0; from < rows; from += limit) {
			int to = Math.min(rows, from + limit);
			slices.add(PendingCall.of(adapter.slice(input, from, to), to - from, level, deadline, arrival, adapter));
		}
		return new SlicedCall<>(slices, rows, joined(slices, adapter));
	}

	private static <I, O> CompletableFuture<O> joined(List<PendingCall<I, O>> slices, BatchAdapter<I, O> adapter) {
		CompletableFuture<O> answer = new CompletableFuture<>();
		AtomicInteger missing = new AtomicInteger(slices.size());
		for (PendingCall<I, O> slice : slices) {
			slice.answer().whenComplete((output, failure) -> {
				if (failure != null) {
					answer.completeExceptionally(failure);
				}
				else if (missing.decrementAndGet() == 0) {
					complete(answer, slices, adapter);
				}
			});
		}
		return answer;
	}

	private static <I, O> void complete(CompletableFuture<O> answer, List<PendingCall<I, O>> slices,
			BatchAdapter<I, O> adapter) {
		try {
			answer.complete(adapter.join(slices.stream().map(slice -> slice.answer().join()).toList()));
		}
		catch (RuntimeException | Error ex) {
			answer.completeExceptionally(Failures.of(ex));
		}
	}

}
