package io.modelserving.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * Direct buffers that one thread uses again and again. What a slot gave out before is
 * overwritten by the next use of the slot. Not thread-safe: each instance of a model owns
 * one.
 * <p>
 * A buffer is kept while its capacity is within the bound and given to the garbage
 * collector otherwise, so a single huge batch does not hold memory for ever.
 */
public final class Workspace {

	private static final int DEFAULT_MAX_RETAINED_BYTES = 64 << 20;

	private final int maxRetainedBytes;

	private final Map<String, ByteBuffer> slots = new HashMap<>();

	public Workspace() {
		this(DEFAULT_MAX_RETAINED_BYTES);
	}

	/**
	 * Create a workspace.
	 * @param maxRetainedBytes the capacity in bytes up to which a buffer is kept
	 */
	public Workspace(int maxRetainedBytes) {
		this.maxRetainedBytes = maxRetainedBytes;
	}

	/**
	 * Return a buffer to write to.
	 * @param slot what the buffer is for; the same slot gives the same memory again
	 * @param bytes the size
	 * @return a direct buffer in the machine's byte order whose limit is the size; its
	 * content is undefined
	 */
	public ByteBuffer buffer(String slot, int bytes) {
		ByteBuffer kept = this.slots.get(slot);
		if (kept == null || kept.capacity() < bytes) {
			kept = ByteBuffer.allocateDirect(capacityFor(bytes));
			if (kept.capacity() <= this.maxRetainedBytes) {
				this.slots.put(slot, kept);
			}
		}
		return kept.slice(0, bytes).order(ByteOrder.nativeOrder());
	}

	private int capacityFor(int bytes) {
		if (bytes > this.maxRetainedBytes) {
			return bytes;
		}
		return (int) Math.min(this.maxRetainedBytes, Math.max(64, Long.highestOneBit(bytes - 1) << 1));
	}

}
