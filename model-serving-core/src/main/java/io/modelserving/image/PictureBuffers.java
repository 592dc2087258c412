package io.modelserving.image;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Memory in which pictures are decoded, one after the other. The threads of a stage use
 * the same again and again; others take some for each picture, since there may be very
 * many of them. Not thread-safe.
 * <p>
 * What one picture needed beyond {@value #MAX_KEPT_BYTES} bytes is not kept.
 */
public final class PictureBuffers implements AutoCloseable {

	static final int MAX_KEPT_BYTES = 8 << 20;

	private static final ThreadLocal<@Nullable PictureBuffers> KEPT = new ThreadLocal<>();

	private final boolean keep;

	private byte[] pixels = new byte[0];

	private @Nullable OpenCvBuffers openCv;

	private PictureBuffers(boolean keep) {
		this.keep = keep;
	}

	/**
	 * Return memory that is kept from one picture to the next.
	 * @return memory that is given back once it is no longer referenced
	 */
	public static PictureBuffers kept() {
		return new PictureBuffers(true);
	}

	/**
	 * Have this thread decode pictures in this memory while it does something.
	 * @param <T> the type of the result
	 * @param work what the thread does
	 * @return the result
	 */
	public <T> T during(Supplier<T> work) {
		KEPT.set(this);
		try {
			return work.get();
		}
		finally {
			KEPT.remove();
		}
	}

	/**
	 * Return the memory of this thread.
	 * @return memory to be closed when one picture has been used up
	 */
	public static PictureBuffers current() {
		PictureBuffers kept = KEPT.get();
		return (kept != null) ? kept : new PictureBuffers(false);
	}

	/**
	 * Return an array for pixels.
	 * @param size how many bytes are needed
	 * @return an array that may be longer, of any content, used again for the next
	 * picture
	 */
	byte[] pixels(int size) {
		if (this.pixels.length < size) {
			this.pixels = new byte[size];
		}
		return this.pixels;
	}

	OpenCvBuffers openCv() {
		OpenCvBuffers buffers = this.openCv;
		if (buffers == null) {
			buffers = new OpenCvBuffers();
			this.openCv = buffers;
		}
		return buffers;
	}

	@Override
	public void close() {
		if (!this.keep) {
			free();
			return;
		}
		if (this.pixels.length > MAX_KEPT_BYTES) {
			this.pixels = new byte[0];
		}
		if (this.openCv != null) {
			this.openCv.trim(MAX_KEPT_BYTES);
		}
	}

	private void free() {
		this.pixels = new byte[0];
		if (this.openCv != null) {
			this.openCv.close();
			this.openCv = null;
		}
	}

}
