package io.modelserving.batching;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.modelserving.tensor.Workspace;

/**
 * Calls that are run together: puts them together, and takes the result apart.
 */
final class Batch<I, O> {

	private final List<PendingCall<I, O>> calls;

	private final List<I> inputs;

	private final int rows;

	Batch(List<PendingCall<I, O>> calls) {
		this.calls = calls;
		this.inputs = calls.stream().map(PendingCall::input).toList();
		this.rows = calls.stream().mapToInt(PendingCall::rows).sum();
	}

	List<PendingCall<I, O>> calls() {
		return this.calls;
	}

	int rows() {
		return this.rows;
	}

	/**
	 * Return the time that its calls had waited.
	 * @param now the current nanosecond time
	 * @return the sum, in nanoseconds
	 */
	long waitedNanos(long now) {
		long waited = 0;
		for (PendingCall<I, O> call : this.calls) {
			waited += now - call.arrival();
		}
		return waited;
	}

	/**
	 * Return whether its output has to be divided: it has several calls, or the slice of
	 * one.
	 */
	boolean isShared() {
		return this.calls.size() > 1 || this.calls.get(0).isPart();
	}

	/**
	 * Return what else is said of its only call.
	 * @return that, or {@code null} if nothing is, or there are several calls
	 */
	@Nullable Object said() {
		SlicedCall<I, O> only = (this.calls.size() == 1) ? this.calls.get(0).call() : null;
		return (only != null) ? only.said() : null;
	}

	/**
	 * Return whether nobody waits for a result any more.
	 * @param now the current nanosecond time
	 */
	boolean isUnwanted(long now) {
		for (PendingCall<I, O> call : this.calls) {
			if (call.isWanted(now)) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Return whether the deadline of a call has passed.
	 */
	boolean isLate(long now) {
		return this.calls.stream().anyMatch(call -> call.deadline().hasPassed(now));
	}

	I merge(BatchAdapter<I, O> adapter, Workspace workspace) {
		return adapter.merge(this.inputs, workspace);
	}

	/**
	 * Say why an output cannot be divided.
	 * @return the reason, or {@code null} if it can
	 */
	@Nullable String mismatch(BatchAdapter<I, O> adapter, O output) {
		return adapter.mismatch(output, this.inputs);
	}

	/**
	 * Return whether its input is that of its only call, unchanged.
	 */
	boolean keepsInput(BatchAdapter<I, O> adapter) {
		return this.calls.size() == 1 && adapter.keeps(this.inputs.get(0));
	}

	/**
	 * Divide an output.
	 * @return the results, in the order of the calls
	 */
	List<O> scatter(BatchAdapter<I, O> adapter, O output) {
		List<O> results = adapter.scatter(output, this.inputs);
		if (results.size() != this.calls.size()) {
			throw new IllegalStateException("%d results for %d calls".formatted(results.size(), this.calls.size()));
		}
		return results;
	}

	/**
	 * Divide the batch, to find out which of its calls fails.
	 * @return its two halves
	 */
	List<Batch<I, O>> halves() {
		int middle = this.calls.size() / 2;
		return List.of(new Batch<>(this.calls.subList(0, middle)),
				new Batch<>(this.calls.subList(middle, this.calls.size())));
	}

	/**
	 * Leave out the calls for which nobody waits any more.
	 * @param now the current nanosecond time
	 * @return the batch of those that are left
	 */
	Batch<I, O> wanted(long now) {
		List<PendingCall<I, O>> wanted = this.calls.stream().filter(call -> call.isWanted(now)).toList();
		return (wanted.size() == this.calls.size()) ? this : new Batch<>(wanted);
	}

}
