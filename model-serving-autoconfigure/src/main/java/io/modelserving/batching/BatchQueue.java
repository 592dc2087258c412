package io.modelserving.batching;

import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.WaitingGroups.Choice;

/**
 * The calls that wait, by group, and the only lock of a call's way.
 * <p>
 * Protocol: all state is guarded by {@code lock}; no foreign code but the policy, which
 * is pure, runs under it, and no future is completed under it. Callers offer and remove;
 * idle instances take, so that a batch goes to an instance that has nothing else to do.
 * An instance that finds nothing due waits on {@code changed}, no longer than the policy
 * says. Each offer wakes one waiting instance, and an instance that leaves something
 * behind wakes the next, so a waiter that was not woken has nothing to do: whatever
 * changed since it decided is seen by the one that was. That holds for an instance, too,
 * that was woken and finds that its seat is taken away. Closing wakes all, and so does
 * taking away a seat, and another policy, as waiters had decided by the old one. The
 * policy is written under the lock and may be read without it: a call that was sliced by
 * a policy that has gone is still taken, alone where it is larger than a batch.
 */
final class BatchQueue<I, O> {

	private final LongSupplier nanoTime;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final WaitingGroups<I, O> waiting;

	private volatile BatchingPolicy policy;

	private boolean closed;

	BatchQueue(BatchingPolicy policy, CostCurve costs, LongSupplier nanoTime) {
		this.policy = policy;
		this.waiting = new WaitingGroups<>(costs);
		this.nanoTime = nanoTime;
	}

	BatchingPolicy policy() {
		return this.policy;
	}

	/**
	 * Decide by another policy from now on, also on what waits already.
	 */
	void policy(BatchingPolicy newPolicy) {
		this.lock.lock();
		try {
			this.policy = newPolicy;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Add calls, all or none.
	 * @param calls the slices of one call, each of at most the rows of a batch as the
	 * policy was
	 * @return whether they were added, and if not, why
	 */
	Admission offer(List<PendingCall<I, O>> calls) {
		int added = 0;
		for (PendingCall<I, O> call : calls) {
			added += call.rows();
		}
		this.lock.lock();
		try {
			if (this.closed) {
				return Admission.CLOSED;
			}
			if (added > this.policy.queueCapacity() - this.waiting.rows()) {
				return Admission.FULL;
			}
			calls.forEach(this.waiting::add);
			this.changed.signal();
			return Admission.ADMITTED;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Take calls out, because nobody waits for them any more.
	 * @param calls the slices of one call
	 * @return the number of rows of those that were still waiting
	 */
	int remove(List<PendingCall<I, O>> calls) {
		this.lock.lock();
		try {
			int before = this.waiting.rows();
			calls.forEach(this.waiting::remove);
			return before - this.waiting.rows();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait for a batch.
	 * @param seat the seat of the instance
	 * @return the calls of the next batch, or {@code null} once the queue is closed and
	 * empty or the seat is taken away
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	@Nullable Taken<I, O> take(Seat seat) throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			while (!seat.takenAway) {
				long now = this.nanoTime.getAsLong();
				Choice<I, O> choice = this.waiting.choose(this.policy, this.closed, now);
				if (choice.group() != null) {
					return this.waiting.take(choice.group(), choice.reason(), this.policy, now);
				}
				if (this.closed) {
					return null;
				}
				if (choice.waitNanos() == Long.MAX_VALUE) {
					this.changed.await();
				}
				else {
					this.changed.awaitNanos(choice.waitNanos());
				}
			}
			return null;
		}
		finally {
			if (!this.waiting.isEmpty()) {
				this.changed.signal();
			}
			this.lock.unlock();
		}
	}

	/**
	 * Take a seat away: its instance takes nothing more.
	 */
	void takeAway(Seat seat) {
		this.lock.lock();
		try {
			seat.takenAway = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Admit nothing more; what waits is still taken.
	 */
	void close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Take out all that waits.
	 * @return the calls
	 */
	List<PendingCall<I, O>> clear() {
		this.lock.lock();
		try {
			return this.waiting.clear();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Return how much waits that goes before a call that comes now.
	 * @param level the level of the call
	 * @return the rows of its level and of those before it; there may be more, of calls
	 * that have waited for long
	 */
	int rowsBefore(int level) {
		this.lock.lock();
		try {
			return this.waiting.rowsUpTo(level);
		}
		finally {
			this.lock.unlock();
		}
	}

	Length length() {
		this.lock.lock();
		try {
			return this.waiting.length(this.nanoTime.getAsLong());
		}
		finally {
			this.lock.unlock();
		}
	}

	enum Admission {

		ADMITTED, FULL, CLOSED

	}

	/**
	 * The right of an instance to take. Guarded by the lock of the queue.
	 */
	static final class Seat {

		private boolean takenAway;

	}

	/**
	 * What an instance takes.
	 *
	 * @param reason why now
	 * @param batch the calls to run, none if only unwanted ones were found
	 * @param unwanted calls whose callers gave up or whose deadlines passed, to be
	 * answered
	 */
	record Taken<I, O>(DispatchReason reason, List<PendingCall<I, O>> batch, List<PendingCall<I, O>> unwanted) {
	}

	/**
	 * How much waits.
	 *
	 * @param requests the number of requests
	 * @param rows the number of rows
	 * @param oldestNanos the time that the oldest has waited, in nanoseconds
	 */
	record Length(int requests, int rows, long oldestNanos) {
	}

}
