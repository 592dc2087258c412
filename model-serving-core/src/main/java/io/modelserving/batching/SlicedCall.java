package io.modelserving.batching;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * A call, cut into slices where it has more rows than a batch.
 * <p>
 * Protocol: each slice leaves once, either from the queue without having run or from the
 * instance that has taken it; so does the join of the results, once the call is
 * completed. The last one releases the input. If slices turn out to be impossible to run
 * or join, the first thread that claims the call has it run whole, and the outcomes of
 * its slices are ignored. Thread-safe.
 */
final class SlicedCall<I, O> {

	private final I input;

	private final int rows;

	private final Runnable release;

	private final @Nullable Object said;

	private final Unjoinable<I, O> unjoinable;

	private final List<PendingCall<I, O>> slices;

	private final CompletableFuture<O> result;

	private final AtomicInteger readers;

	private final AtomicBoolean claimed = new AtomicBoolean();

	/**
	 * Cut a call.
	 * @param input what to run
	 * @param rows the number of its rows
	 * @param limit the most rows of a slice
	 * @param level the level that it waits at
	 * @param deadline until when the result is of use
	 * @param arrival the nanosecond time of its arrival
	 * @param adapter slices the input and joins the outputs
	 * @param release runs once, when nothing here reads the input any more
	 * @param said what else is said of the call, or {@code null}
	 * @param unjoinable has the call run whole if the results of its slices cannot be
	 * joined
	 */
	SlicedCall(I input, int rows, int limit, int level, Deadline deadline, long arrival, BatchAdapter<I, O> adapter,
			Runnable release, @Nullable Object said, Unjoinable<I, O> unjoinable) {
		this.unjoinable = unjoinable;
		this.input = input;
		this.rows = rows;
		this.release = release;
		this.said = said;
		if (rows <= limit) {
			PendingCall<I, O> only = slice(input, rows, level, deadline, arrival, adapter);
			this.slices = List.of(only);
			this.result = only.result();
			this.readers = new AtomicInteger(1);
		}
		else {
			List<PendingCall<I, O>> cut = new ArrayList<>();
			for (int from = 0; from < rows; from += Math.min(limit, rows - from)) {
				int to = from + Math.min(limit, rows - from);
				cut.add(slice(adapter.slice(input, from, to), to - from, level, deadline, arrival, adapter));
			}
			this.slices = List.copyOf(cut);
			this.result = new CompletableFuture<>();
			this.readers = new AtomicInteger(this.slices.size() + 1);
			join(adapter);
			this.result.whenComplete((output, failure) -> left());
		}
	}

	private PendingCall<I, O> slice(I part, int partRows, int level, Deadline deadline, long arrival,
			BatchAdapter<I, O> adapter) {
		return new PendingCall<>(part, partRows, adapter.group(part), level, deadline, arrival,
				new CompletableFuture<>(), QueueRoom.BYTES_PER_SLICE + adapter.bytes(part), this);
	}

	private void join(BatchAdapter<I, O> adapter) {
		AtomicInteger missing = new AtomicInteger(this.slices.size());
		for (PendingCall<I, O> slice : this.slices) {
			slice.result().whenComplete((output, failure) -> {
				if (failure != null) {
					fail(failure);
				}
				else if (missing.decrementAndGet() == 0) {
					complete(adapter);
				}
			});
		}
	}

	private void fail(Throwable failure) {
		if (!this.claimed.get()) {
			this.result.completeExceptionally(failure);
		}
	}

	private void complete(BatchAdapter<I, O> adapter) {
		try {
			this.result.complete(adapter.join(this.slices.stream().map(slice -> slice.result().join()).toList()));
		}
		catch (RuntimeException | Error ex) {
			if (ex instanceof VirtualMachineError) {
				fail(Failures.of(ex));
			}
			else if (claim()) {
				this.readers.incrementAndGet();
				PendingCall<I, O> first = this.slices.get(0);
				this.unjoinable.run(new PendingCall<>(this.input, this.rows, first.group(), first.level(),
						first.deadline(), first.arrival(), this.result, 0, this), ex);
			}
		}
	}

	/**
	 * Return the slices, one if the call fits into a batch.
	 */
	List<PendingCall<I, O>> slices() {
		return this.slices;
	}

	/**
	 * Return what else is said of the call.
	 */
	@Nullable Object said() {
		return this.said;
	}

	int rows() {
		return this.rows;
	}

	/**
	 * Return the result of the call: that of its only slice, or those of all slices
	 * joined; it fails as soon as one slice fails.
	 */
	CompletableFuture<O> result() {
		return this.result;
	}

	/**
	 * Claim to run the call whole.
	 * @return whether no other has claimed that
	 */
	boolean claim() {
		return this.claimed.compareAndSet(false, true);
	}

	/**
	 * Return the call as one, after it was claimed. It holds no memory: the thread that
	 * runs it has a slice of it, which does.
	 */
	PendingCall<I, O> whole() {
		PendingCall<I, O> first = this.slices.get(0);
		return new PendingCall<>(this.input, this.rows, first.group(), first.level(), first.deadline(), first.arrival(),
				this.result);
	}

	/**
	 * A slice leaves.
	 */
	void left() {
		if (this.readers.decrementAndGet() == 0) {
			this.release.run();
		}
	}

	/**
	 * Has a call run whole.
	 */
	@FunctionalInterface
	interface Unjoinable<I, O> {

		/**
		 * Have a call run whole, without blocking.
		 * @param whole the call, which leaves as a slice does
		 * @param reason why the results of its slices cannot be joined
		 */
		void run(PendingCall<I, O> whole, Throwable reason);

	}

}
