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
 * A pool of arrays for the elements of tensors. Without it, the bodies of large requests
 * fill a small heap, and the garbage collector copies those that wait.
 * <p>
 * {@link PooledBuffers} count their users; the code that acquires them is the first user.
 * The last release returns the arrays to the pool. The content of tensors over these
 * arrays is undefined afterwards. Code that reads such tensors beyond the lifetime of the
 * current user calls {@code retain()} before and {@code release()} after. Code that does
 * not know when it has finished must not release: the garbage collector then frees the
 * arrays. Thread-safe; only the first user may take arrays.
 */
public final class BufferPool {

	/**
	 * Keeps nothing: every array is new, and its buffers are one shared object whose
	 * retain and release have no effect.
	 */
	public static final BufferPool NONE = new BufferPool(0);

	/** Smaller arrays are not worth it. */
	static final int LEAST_BYTES = 16 << 10;

	private static final int SIZES_PER_DOUBLING = 4;

	private final long capacity;

	/** By size, those last used at the end. */
	private final Map<Integer, ArrayDeque<byte[]>> kept = new LinkedHashMap<>(16, 0.75f, true);

	private long keptBytes;

	private final @Nullable PooledBuffers unpooled;

	/**
	 * Create a pool.
	 * @param capacity the most bytes that are kept for later requests
	 */
	public BufferPool(long capacity) {
		this.capacity = capacity;
		this.unpooled = (capacity == 0) ? new PooledBuffers(this) : null;
	}

	/**
	 * Acquire buffers for one request.
	 * @return buffers with one user and no arrays yet
	 */
	public PooledBuffers acquire() {
		return (this.unpooled != null) ? this.unpooled : new PooledBuffers(this);
	}

	/**
	 * Return how much memory is kept for later requests.
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

	/** Sizes that were not used lately are dropped first. */
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
	 * The arrays of one request.
	 */
	public static final class PooledBuffers {

		private final BufferPool pool;

		private final List<byte[]> arrays = new ArrayList<>(1);

		private final AtomicInteger users = new AtomicInteger(1);

		private PooledBuffers(BufferPool pool) {
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
				throw new IllegalStateException("the pooled buffers have been released already");
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
				throw new IllegalStateException("the pooled buffers have been released already");
			}
		}

	}

}
