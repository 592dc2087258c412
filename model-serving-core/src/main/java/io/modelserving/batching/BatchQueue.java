package io.modelserving.batching;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.admission.Admission;
import io.modelserving.batching.admission.LatencyBudget;
import io.modelserving.batching.admission.LoadEstimate;
import io.modelserving.batching.admission.Prediction;
import io.modelserving.batching.admission.QueueLength;
import io.modelserving.batching.admission.RunsUnderWay;
import io.modelserving.batching.admission.Admission.Decision;
import io.modelserving.batching.WaitingGroups.Choice;

/**
 * The calls that wait, by group. Callers offer and remove calls; idle instances take
 * batches.
 * <p>
 * Protocol: {@code lock} guards all state and is the only lock that calls take. The only
 * foreign code under it is the policy, which is pure; no future is completed under it.
 * Thread-safe.
 */
final class BatchQueue<I, O> {

	private static final double WEIGHT_OF_LATEST = 0.1;

	private final LongSupplier nanoTime;

	private final ReentrantLock lock = new ReentrantLock();

	/**
	 * Instances that found nothing due wait here, no longer than the policy says. An
	 * offer wakes one of them, and an instance that leaves calls behind wakes the next;
	 * changes that concern all instances wake all.
	 */
	private final Condition changed = this.lock.newCondition();

	private final LoadEstimate load;

	private final long mostBytes;

	private final WaitingGroups<I, O> waiting;

	private final RunsUnderWay runs = new RunsUnderWay();

	/**
	 * Written under the lock; callers slice by it without the lock. So a slice can be
	 * larger than a batch of the next policy; it is then taken alone.
	 */
	private volatile BatchingPolicy policy;

	/** The mean number of rows of batches under load, from which waits are predicted. */
	private double batchRows;

	private boolean closed;

	BatchQueue(BatchingPolicy policy, LoadEstimate load, LongSupplier nanoTime) {
		this(policy, load, Long.MAX_VALUE, nanoTime);
	}

	/**
	 * Create a queue.
	 * @param mostBytes the most memory that calls may take which wait beyond the capacity
	 * of an elastic policy
	 */
	BatchQueue(BatchingPolicy policy, LoadEstimate load, long mostBytes, LongSupplier nanoTime) {
		this.mostBytes = mostBytes;
		this.policy = policy;
		this.batchRows = policy.maxBatchSize();
		this.load = load;
		this.waiting = new WaitingGroups<>(rows -> load.costs().nanosFor(rows));
		this.nanoTime = nanoTime;
	}

	BatchingPolicy policy() {
		return this.policy;
	}

	/**
	 * Return the room of an empty queue.
	 */
	QueueRoom room() {
		return new QueueRoom(this.policy, this.mostBytes);
	}

	/**
	 * Decide by another policy from now on, also on what waits already.
	 */
	void policy(BatchingPolicy newPolicy) {
		if (newPolicy.equals(this.policy)) {
			return;
		}
		this.lock.lock();
		try {
			this.batchRows = (newPolicy.maxBatchSize() != this.policy.maxBatchSize()) ? newPolicy.maxBatchSize()
					: this.batchRows;
			this.policy = newPolicy;
			// all: each waiting instance has decided by the old policy how long to wait
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Register an instance that takes batches.
	 * @return its slot
	 */
	WorkerSlot register() {
		this.lock.lock();
		try {
			this.runs.registered();
			return new WorkerSlot();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Add calls, all or none.
	 * @param calls the slices of one call, each of at most the rows of a batch as the
	 * policy was when it was sliced
	 * @param budget how late the call may be completed
	 * @param now the current nanosecond time
	 * @return whether they were added, and if not, why
	 */
	Admission offer(List<PendingCall<I, O>> calls, LatencyBudget budget, long now) {
		int added = 0;
		long bytes = 0;
		for (PendingCall<I, O> call : calls) {
			added += call.rows();
			bytes += call.bytes();
		}
		this.lock.lock();
		try {
			// under one lock: else another call could be admitted into the same room
			Admission admission = admitLocked(calls.get(0).level(), added, bytes, budget, now);
			if (admission.decision() == Decision.ADMITTED) {
				calls.forEach(this.waiting::add);
				// one is enough: the instance that takes wakes the next if calls are left
				this.changed.signal();
			}
			return admission;
		}
		catch (RuntimeException | Error ex) {
			// all or none: a slice that stayed would run for a call that its caller lost
			calls.forEach(this.waiting::remove);
			throw ex;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Add a call that was admitted before and has to run whole, whatever waits.
	 * @return whether it was added; it is not once the queue is closed
	 */
	boolean again(PendingCall<I, O> call) {
		this.lock.lock();
		try {
			if (!this.closed) {
				this.waiting.add(call);
				this.changed.signal();
			}
			return !this.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Decide whether to admit a call as {@link #offer} would, which is not added.
	 * @param level the level of the call
	 * @param rows the number of its rows
	 * @param budget how late it may be completed
	 * @param now the current nanosecond time
	 */
	Admission admit(int level, int rows, LatencyBudget budget, long now) {
		this.lock.lock();
		try {
			return admitLocked(level, rows, 0, budget, now);
		}
		finally {
			this.lock.unlock();
		}
	}

	private Admission admitLocked(int level, int rows, long bytes, LatencyBudget budget, long now) {
		if (this.closed) {
			return new Admission(Decision.CLOSED, this.waiting.rows(), Prediction.NONE);
		}
		int all = this.waiting.rows();
		if (rows > this.policy.queueCapacity() - all) {
			Prediction full = forecast(all, 1, now);
			long wait = this.load.costs().isKnown() ? full.waitNanos() : -1;
			if (!room().isEnough(all, this.waiting.bytes(), rows, bytes, wait)) {
				return new Admission(Decision.FULL, all, full);
			}
		}
		int before = this.waiting.rowsUpTo(level);
		Prediction prediction = budget.isAny() ? Prediction.NONE : forecast(before, rows, now);
		return new Admission(budget.admit(prediction), before, prediction);
	}

	private Prediction forecast(int before, int rows, long now) {
		return Prediction.of(before, rows, Math.max(1, (int) Math.round(this.batchRows)), this.load.costs(), this.runs,
				now);
	}

	/**
	 * Predict the wait and the run of a call.
	 * @param level the level of the call
	 * @param rows the number of its rows
	 * @param more rows that go before it besides those that wait
	 */
	Prediction predict(int level, int rows, int more) {
		this.lock.lock();
		try {
			return forecast(this.waiting.rowsUpTo(level) + more, rows, this.nanoTime.getAsLong());
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Remove calls that nobody waits for any more.
	 * @param calls the slices of one call
	 * @return the number of rows of those that were still waiting
	 */
	int remove(List<PendingCall<I, O>> calls) {
		List<PendingCall<I, O>> removed = new ArrayList<>(calls.size());
		this.lock.lock();
		try {
			for (PendingCall<I, O> call : calls) {
				if (this.waiting.remove(call)) {
					removed.add(call);
				}
			}
		}
		finally {
			this.lock.unlock();
		}
		// outside of the lock: this may release the input, which runs foreign code
		removed.forEach(PendingCall::left);
		return removed.stream().mapToInt(PendingCall::rows).sum();
	}

	/**
	 * Wait for a batch.
	 * @param slot the slot of the instance
	 * @return the calls of the next batch, or {@code null} once the queue is closed and
	 * empty or the slot is deregistered
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	@Nullable TakenBatch<I, O> take(WorkerSlot slot) throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			// before the wait: until then, predictions count its run as under way
			completed(slot);
			while (!slot.deregistered) {
				long now = this.nanoTime.getAsLong();
				Choice<I, O> choice = this.waiting.choose(this.policy, this.closed, now);
				if (choice.group() != null) {
					return take(slot, choice.group(), choice.reason(), now);
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
			// hand the signal on, also from a deregistered slot or after an interrupt: an
			// offer woke only this instance, and no other would see what is left
			if (!this.waiting.isEmpty()) {
				this.changed.signal();
			}
			this.lock.unlock();
		}
	}

	/**
	 * Take a batch if one is due, without waiting.
	 * @param slot the slot of the instance
	 * @return the calls of the next batch, or {@code null} if none is due
	 */
	@Nullable TakenBatch<I, O> poll(WorkerSlot slot) {
		this.lock.lock();
		try {
			completed(slot);
			long now = this.nanoTime.getAsLong();
			Choice<I, O> choice = this.waiting.choose(this.policy, this.closed, now);
			return (choice.group() != null) ? take(slot, choice.group(), choice.reason(), now) : null;
		}
		finally {
			this.lock.unlock();
		}
	}

	private TakenBatch<I, O> take(WorkerSlot slot, WaitingCalls<I, O> group, DispatchReason reason, long now) {
		TakenBatch<I, O> taken = this.waiting.next(group, reason, this.policy, now);
		int rows = taken.rows();
		if (rows > 0) {
			long end = now + this.load.costs().nanosFor(rows);
			// under one lock with the removal: predictions count these rows once
			this.runs.begin(end);
			slot.end = end;
			slot.running = true;
		}
		this.waiting.take(taken.batch());
		this.waiting.take(taken.unwanted());
		// only while calls are left behind: a batch that emptied the queue shows no load
		if (rows > 0 && !this.waiting.isEmpty()) {
			this.batchRows += WEIGHT_OF_LATEST * (rows - this.batchRows);
		}
		return taken;
	}

	private void completed(WorkerSlot slot) {
		if (slot.running) {
			slot.running = false;
			this.runs.completed(slot.end);
		}
	}

	/**
	 * Deregister a slot: its instance takes nothing more.
	 */
	void deregister(WorkerSlot slot) {
		this.lock.lock();
		try {
			if (!slot.deregistered) {
				slot.deregistered = true;
				// a hung instance does not return: its run must not be predicted for ever
				completed(slot);
				this.runs.deregistered();
			}
			// all: one signal could wake another instance than that of the slot
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Admit nothing more; waiting calls are still taken.
	 */
	void close() {
		this.lock.lock();
		try {
			this.closed = true;
			// all: each instance must end, or take what is due at once now
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Remove all calls that wait.
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

	QueueLength length() {
		this.lock.lock();
		try {
			return this.waiting.length(this.nanoTime.getAsLong());
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The right of an instance to take. Guarded by the lock of the queue.
	 */
	static final class WorkerSlot {

		private boolean deregistered;

		private boolean running;

		private long end;

		private WorkerSlot() {
		}

	}

}
