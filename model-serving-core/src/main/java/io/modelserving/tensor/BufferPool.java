package io.modelserving.tensor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Arrays that requests borrow for the elements of their tensors. A small heap would be
 * full of bodies of hundreds of kilobytes otherwise, and the garbage collector busy with
 * copying those that wait.
 * <p>
 * Protocol: a {@link Loan} counts its users, beginning with the one that it was made for.
 * When the last one releases it, its arrays are lent again, and what tensors over them
 * show is undefined from then on. Whoever reads such tensors after the one that he has
 * them from may have ended retains the loan before, and releases it after. Whoever cannot
 * tell when his reading ends never releases: the arrays are left to the garbage collector
 * then. Thread-safe; arrays are taken by the first user only.
 */
public final class BufferPool {

	/**
	 * Keeps nothing: what is taken from it is new, and its loan is always the same, which
	 * anybody may retain and release.
	 */
	public static final BufferPool NONE = new BufferPool(0);

	/** Smaller arrays are not worth it. */
	static final int LEAST_BYTES = 16 << 10;

	private static final int SIZES_PER_DOUBLING = 4;

	private final long capacity;

	/** By size, those last used at the end. */
	private final Map<Integer, ArrayDeque<byte[]>> kept = new LinkedHashMap<>(16, 0.75f, true);

	private long keptBytes;

	private final @Nullable Loan unpooled;

	/**
	 * Create a pool.
	 * @param capacity the most bytes that are kept for requests to come
	 */
	public BufferPool(long capacity) {
		this.capacity = capacity;
		this.unpooled = (capacity == 0) ? new Loan(this) : null;
	}

	/**
	 * Make a loan.
	 * @return a loan with one user and no arrays yet
	 */
	public Loan lend() {
		return (this.unpooled != null) ? this.unpooled : new Loan(this);
	}

	/**
	 * Return how much memory waits for requests to come.
	 * @return the number of bytes
	 */
	public synchronized long keptBytes() {
		return this.keptBytes;
	}

	private byte[] take(int bytes) {
		if (bytes < LEAST_BYTES || isUnpooled()) {
			return new byte[bytes];
		}
		int size = sizeFor(bytes);
		byte[] array = poll(size);
		return (array != null) ? array : new byte[size];
	}

	private synchronized byte @Nullable [] poll(int size) {
		ArrayDeque<byte[]> arrays = this.kept.get(size);
		byte[] array = (arrays != null) ? arrays.pollLast() : null;
		this.keptBytes -= (array != null) ? size : 0;
		return array;
	}

	private synchronized void giveBack(List<byte[]> arrays) {
		for (byte[] array : arrays) {
			if (array.length >= LEAST_BYTES && array.length <= this.capacity) {
				this.kept.computeIfAbsent(array.length, (size) -> new ArrayDeque<>()).addLast(array);
				this.keptBytes += array.length;
			}
		}
		evict();
	}

	/** Sizes that nobody has asked for lately go first. */
	private void evict() {
		Iterator<ArrayDeque<byte[]>> oldest = this.kept.values().iterator();
		while (this.keptBytes > this.capacity) {
			ArrayDeque<byte[]> arrays = oldest.next();
			while (this.keptBytes > this.capacity && !arrays.isEmpty()) {
				this.keptBytes -= arrays.removeFirst().length;
			}
			if (arrays.isEmpty()) {
				oldest.remove();
			}
		}
	}

	private boolean isUnpooled() {
		return this.unpooled != null;
	}

	private static int sizeFor(int bytes) {
		int step = Integer.highestOneBit(bytes) / SIZES_PER_DOUBLING;
		return (int) Math.min(Integer.MAX_VALUE - 8, ((long) bytes + step - 1) / step * step);
	}

	/**
	 * What one request has borrowed.
	 */
	public static final class Loan {

		private final BufferPool pool;

		private final List<byte[]> arrays = new ArrayList<>(1);

		private final AtomicInteger users = new AtomicInteger(1);

		private Loan(BufferPool pool) {
			this.pool = pool;
		}

		/**
		 * Take an array.
		 * @param bytes how many bytes are needed
		 * @return an array that may be up to a quarter longer, of any content
		 */
		public byte[] take(int bytes) {
			byte[] array = this.pool.take(bytes);
			if (!this.pool.isUnpooled()) {
				this.arrays.add(array);
			}
			return array;
		}

		/**
		 * Use the arrays, too.
		 * @throws IllegalStateException if the last user has released them already
		 */
		public void retain() {
			if (!this.pool.isUnpooled() && this.users.getAndUpdate((users) -> (users > 0) ? users + 1 : users) <= 0) {
				throw new IllegalStateException("the memory has been given back");
			}
		}

		/**
		 * Use the arrays no longer.
		 * @throws IllegalStateException if there is no user left
		 */
		public void release() {
			if (this.pool.isUnpooled()) {
				return;
			}
			int left = this.users.decrementAndGet();
			if (left == 0) {
				this.pool.giveBack(this.arrays);
			}
			else if (left < 0) {
				throw new IllegalStateException("the memory has been given back");
			}
		}

	}

}
