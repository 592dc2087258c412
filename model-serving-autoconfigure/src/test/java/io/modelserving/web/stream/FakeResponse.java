package io.modelserving.web.stream;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;

import org.springframework.mock.web.MockHttpServletResponse;

/**
 * A response whose client reads when a test says so.
 */
final class FakeResponse extends MockHttpServletResponse {

	private final ByteArrayOutputStream written = new ByteArrayOutputStream();

	/** Opened when somebody has found that nothing can be written. */
	private final CountDownLatch waiting = new CountDownLatch(1);

	private boolean ready = true;

	private WriteListener listener;

	private final ServletOutputStream output = new ServletOutputStream() {

		@Override
		public boolean isReady() {
			synchronized (FakeResponse.this) {
				if (!FakeResponse.this.ready) {
					FakeResponse.this.waiting.countDown();
				}
				return FakeResponse.this.ready;
			}
		}

		@Override
		public void setWriteListener(WriteListener newListener) {
			FakeResponse.this.listener = newListener;
		}

		@Override
		public void write(int character) {
			write(new byte[] { (byte) character }, 0, 1);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) {
			synchronized (FakeResponse.this) {
				if (!FakeResponse.this.ready) {
					throw new IllegalStateException("written without asking");
				}
				FakeResponse.this.written.write(bytes, offset, length);
			}
		}

		@Override
		public void flush() {
			if (!isReady()) {
				throw new IllegalStateException("flushed without asking");
			}
		}

	};

	@Override
	public ServletOutputStream getOutputStream() {
		return this.output;
	}

	/**
	 * Wait until somebody waits for the client. It is woken up in vain, for which it must
	 * have given up its lock.
	 */
	void awaitWriter() throws Exception {
		if (!this.waiting.await(30, TimeUnit.SECONDS)) {
			throw new AssertionError("nobody waits for the client");
		}
		this.listener.onWritePossible();
	}

	synchronized void ready(boolean now) throws Exception {
		this.ready = now;
		if (now) {
			this.listener.onWritePossible();
		}
	}

	synchronized String written() {
		return this.written.toString(StandardCharsets.UTF_8);
	}

}
