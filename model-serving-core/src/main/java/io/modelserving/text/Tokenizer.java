package io.modelserving.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * The native tokenizer. Its memory must not be freed while a thread tokenizes: that would
 * crash the JVM. So each call holds the read lock, and closing the write lock.
 */
final class Tokenizer {

	private final HuggingFaceTokenizer tokenizer;

	private final ReadWriteLock lock = new ReentrantReadWriteLock();

	private boolean closed;

	private Tokenizer(HuggingFaceTokenizer tokenizer) {
		this.tokenizer = tokenizer;
	}

	static Tokenizer read(InputStream json, int maxLength) throws IOException {
		stayOffline();
		String length = Integer.toString(maxLength);
		try {
			return new Tokenizer(HuggingFaceTokenizer.newInstance(json,
					Map.of("truncation", "true", "padding", "false", "maxLength", length, "modelMaxLength", length)));
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException(ex.getMessage(), ex);
		}
	}

	/**
	 * The library downloads another build of itself where it finds CUDA, and reports its
	 * use from machines of one cloud. Neither has a switch but a property of the system.
	 */
	private static void stayOffline() {
		setUnlessSet("RUST_FLAVOR", "cpu");
		setUnlessSet("OPT_OUT_TRACKING", "true");
	}

	private static void setUnlessSet(String name, String value) {
		if (System.getenv(name) == null && System.getProperty(name) == null) {
			System.setProperty(name, value);
		}
	}

	Tokens tokenize(String text, @Nullable String pair) {
		Lock reading = this.lock.readLock();
		reading.lock();
		try {
			if (this.closed) {
				throw new IllegalStateException("the text encoder is closed");
			}
			Encoding encoding = (pair != null) ? this.tokenizer.encode(text, pair) : this.tokenizer.encode(text);
			return new Tokens(encoding.getIds(), encoding.getAttentionMask(), encoding.getTypeIds());
		}
		finally {
			reading.unlock();
		}
	}

	void close() {
		Lock writing = this.lock.writeLock();
		writing.lock();
		try {
			if (!this.closed) {
				this.closed = true;
				this.tokenizer.close();
			}
		}
		finally {
			writing.unlock();
		}
	}

	/**
	 * An encoded text.
	 *
	 * @param ids the number of each token
	 * @param attentionMask 1 for each token
	 * @param typeIds the text to which each token belongs
	 */
	record Tokens(long[] ids, long[] attentionMask, long[] typeIds) {
	}

}
