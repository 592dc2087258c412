package io.modelserving.batching;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Calls that wait and may share a batch: those of one group, by level, in each level in
 * order of arrival. Not thread-safe; it is guarded by the lock of the queue.
 */
final class WaitingCalls<I, O> {

	private final List<Set<PendingCall<I, O>>> levels = new ArrayList<>(1);

	private int requests;

	private int rows;

	boolean isEmpty() {
		return this.requests == 0;
	}

	int rows() {
		return this.rows;
	}

	void add(PendingCall<I, O> call) {
		while (this.levels.size() < call.level()) {
			this.levels.add(new LinkedHashSet<>());
		}
		this.levels.get(call.level() - 1).add(call);
		this.requests++;
		this.rows += call.rows();
	}

	/**
	 * Take a call out.
	 * @return whether it was there
	 */
	boolean remove(PendingCall<I, O> call) {
		boolean removed = call.level() <= this.levels.size() && this.levels.get(call.level() - 1).remove(call);
		if (removed) {
			this.requests--;
			this.rows -= call.rows();
		}
		return removed;
	}

	/**
	 * Return the call whose turn it is.
	 * @throws NullPointerException if none waits
	 */
	PendingCall<I, O> first(Priorities priorities) {
		PendingCall<I, O> first = null;
		for (Set<PendingCall<I, O>> level : this.levels) {
			PendingCall<I, O> head = head(level);
			if (head != null && (first == null || head.goesBefore(first, priorities))) {
				first = head;
			}
		}
		return Objects.requireNonNull(first);
	}

	/**
	 * Return the calls in the order of their turns. None may be added or taken out
	 * meanwhile.
	 */
	Iterator<PendingCall<I, O>> inTurn(Priorities priorities) {
		return (this.levels.size() == 1) ? this.levels.get(0).iterator() : new Merged<>(this.levels, priorities);
	}

	/**
	 * Return the nanosecond time at which the oldest call arrived.
	 * @throws NullPointerException if none waits
	 */
	long oldestArrival() {
		PendingCall<I, O> oldest = null;
		for (Set<PendingCall<I, O>> level : this.levels) {
			PendingCall<I, O> head = head(level);
			if (head != null && (oldest == null || head.arrival() - oldest.arrival() < 0)) {
				oldest = head;
			}
		}
		return Objects.requireNonNull(oldest).arrival();
	}

	private @Nullable PendingCall<I, O> head(Set<PendingCall<I, O>> level) {
		return level.isEmpty() ? null : level.iterator().next();
	}

	/**
	 * Return the earliest deadline.
	 * @param enough the number of rows after which no more calls need be looked at
	 * @param now the current nanosecond time
	 */
	Deadline earliestDeadline(int enough, long now) {
		Deadline earliest = Deadline.NONE;
		int seen = 0;
		for (Set<PendingCall<I, O>> level : this.levels) {
			for (PendingCall<I, O> call : level) {
				if (seen >= enough) {
					return earliest;
				}
				seen += call.rows();
				if (call.deadline().remainingNanos(now) < earliest.remainingNanos(now)) {
					earliest = call.deadline();
				}
			}
		}
		return earliest;
	}

	List<PendingCall<I, O>> all() {
		List<PendingCall<I, O>> all = new ArrayList<>(this.requests);
		this.levels.forEach(all::addAll);
		return all;
	}

	/**
	 * Goes through several levels at once.
	 */
	private static final class Merged<I, O> implements Iterator<PendingCall<I, O>> {

		private final List<Iterator<PendingCall<I, O>>> levels = new ArrayList<>();

		private final List<@Nullable PendingCall<I, O>> heads = new ArrayList<>();

		private final Priorities priorities;

		private Merged(List<Set<PendingCall<I, O>>> levels, Priorities priorities) {
			this.priorities = priorities;
			for (Set<PendingCall<I, O>> level : levels) {
				Iterator<PendingCall<I, O>> calls = level.iterator();
				this.levels.add(calls);
				this.heads.add(calls.hasNext() ? calls.next() : null);
			}
		}

		@Override
		public boolean hasNext() {
			return first() >= 0;
		}

		@Override
		public PendingCall<I, O> next() {
			int level = first();
			PendingCall<I, O> call = (level >= 0) ? this.heads.get(level) : null;
			if (call == null) {
				throw new NoSuchElementException();
			}
			Iterator<PendingCall<I, O>> others = this.levels.get(level);
			this.heads.set(level, others.hasNext() ? others.next() : null);
			return call;
		}

		private int first() {
			int first = -1;
			PendingCall<I, O> best = null;
			for (int i = 0; i < this.heads.size(); i++) {
				PendingCall<I, O> head = this.heads.get(i);
				if (head != null && (best == null || head.goesBefore(best, this.priorities))) {
					first = i;
					best = head;
				}
			}
			return first;
		}

	}

}
