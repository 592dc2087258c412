package io.modelserving.batching;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.BatchingPolicy.Decision;
import io.modelserving.batching.BatchingPolicy.Dispatch;
import io.modelserving.batching.BatchingPolicy.Wait;
import io.modelserving.batching.BatchingPolicy.Waiting;

/**
 * The calls that wait, by group, and the only lock of the batcher.
 * <p>
 * Protocol: all state is guarded by {@code lock}; no foreign code but the policy, which
 * is pure, runs under it, and no future is completed under it. Callers offer and remove;
 * idle instances take. An instance that finds nothing due waits on {@code changed}, no
 * longer than the policy says. Each offer wakes one waiting instance, and an instance
 * that leaves something behind wakes the next, so a waiter that was not woken has nothing
 * to do: whatever changed since it decided is seen by the one that was. Closing wakes
 * all, and so does another policy, as waiters had decided by the old one. The policy is
 * written under the lock and may be read without it: a call that was sliced by a policy
 * that has gone is still taken, alone where it is larger than a batch.
 */
final class BatchQueue<I, O> {

	private final CostCurve costs;

	private final LongSupplier nanoTime;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Map<Object, Set<PendingCall<I, O>>> groups = new LinkedHashMap<>();

	private volatile BatchingPolicy policy;

	private int requests;

	private int rows;

	private boolean closed;

	BatchQueue(BatchingPolicy policy, CostCurve costs, LongSupplier nanoTime) {
		this.policy = policy;
		this.costs = costs;
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
			if (added > this.policy.queueCapacity() - this.rows) {
				return Admission.FULL;
			}
			for (PendingCall<I, O> call : calls) {
				this.groups.computeIfAbsent(call.group(), group -> new LinkedHashSet<>()).add(call);
			}
			this.requests += calls.size();
			this.rows += added;
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
			int before = this.rows;
			for (PendingCall<I, O> call : calls) {
				Set<PendingCall<I, O>> group = this.groups.get(call.group());
				if (group != null && group.remove(call)) {
					forget(call, group);
				}
			}
			return before - this.rows;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait for a batch.
	 * @return the calls of the next batch, or {@code null} once the queue is closed and
	 * empty
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	@Nullable Taken<I, O> take() throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			while (true) {
				long now = this.nanoTime.getAsLong();
				Choice<I, O> choice = choose(now);
				if (choice.group() != null) {
					return removeBatch(choice.group(), choice.reason(), now);
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
		}
		finally {
			if (!this.groups.isEmpty()) {
				this.changed.signal();
			}
			this.lock.unlock();
		}
	}

	private Choice<I, O> choose(long now) {
		Set<PendingCall<I, O>> chosen = null;
		DispatchReason reason = DispatchReason.IDLE;
		long oldest = 0;
		long waitNanos = Long.MAX_VALUE;
		for (Set<PendingCall<I, O>> group : this.groups.values()) {
			Waiting waiting = waiting(group);
			Decision decision = this.policy.decide(waiting, this.closed, now);
			if (decision instanceof Wait wait) {
				waitNanos = Math.min(waitNanos, wait.nanos());
			}
			else if (decision instanceof Dispatch dispatch
					&& (chosen == null || waiting.oldestArrival() - oldest < 0)) {
				chosen = group;
				reason = dispatch.reason();
				oldest = waiting.oldestArrival();
			}
		}
		return new Choice<>(chosen, reason, waitNanos);
	}

	private Waiting waiting(Set<PendingCall<I, O>> group) {
		int waitingRows = 0;
		PendingCall<I, O> first = group.iterator().next();
		Deadline earliest = Deadline.NONE;
		for (PendingCall<I, O> call : group) {
			waitingRows += call.rows();
			if (call.deadline().remainingNanos(first.arrival()) < earliest.remainingNanos(first.arrival())) {
				earliest = call.deadline();
			}
			if (waitingRows >= this.policy.maxBatchSize()) {
				break;
			}
		}
		return new Waiting(waitingRows, first.arrival(), earliest, this.costs.nanosFor(waitingRows));
	}

	private Taken<I, O> removeBatch(Set<PendingCall<I, O>> group, DispatchReason reason, long now) {
		List<PendingCall<I, O>> batch = new ArrayList<>();
		List<PendingCall<I, O>> unwanted = new ArrayList<>();
		int batchRows = 0;
		for (Iterator<PendingCall<I, O>> calls = group.iterator(); calls.hasNext();) {
			PendingCall<I, O> call = calls.next();
			boolean wanted = call.isWanted(now);
			if (wanted && batchRows > 0 && batchRows + call.rows() > this.policy.maxBatchSize()) {
				break;
			}
			calls.remove();
			forget(call, group);
			(wanted ? batch : unwanted).add(call);
			batchRows += wanted ? call.rows() : 0;
		}
		return new Taken<>(reason, batch, unwanted);
	}

	private void forget(PendingCall<I, O> call, Set<PendingCall<I, O>> group) {
		this.requests--;
		this.rows -= call.rows();
		if (group.isEmpty()) {
			this.groups.remove(call.group());
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
			List<PendingCall<I, O>> all = new ArrayList<>();
			this.groups.values().forEach(all::addAll);
			this.groups.clear();
			this.requests = 0;
			this.rows = 0;
			return all;
		}
		finally {
			this.lock.unlock();
		}
	}

	Length length() {
		this.lock.lock();
		try {
			return new Length(this.requests, this.rows);
		}
		finally {
			this.lock.unlock();
		}
	}

	enum Admission {

		ADMITTED, FULL, CLOSED

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

	record Length(int requests, int rows) {
	}

	private record Choice<I, O>(@Nullable Set<PendingCall<I, O>> group, DispatchReason reason, long waitNanos) {
	}

}
