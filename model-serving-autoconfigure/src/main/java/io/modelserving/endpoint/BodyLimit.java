package io.modelserving.endpoint;

import java.io.IOException;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.util.unit.DataSize;

/**
 * Refuses bodies over a size: by their declared length without reading them, otherwise as
 * soon as one byte too many has been read.
 */
final class BodyLimit {

	private final DataSize maxSize;

	BodyLimit(DataSize maxSize) {
		this.maxSize = maxSize;
	}

	/**
	 * Limit what can be read of a request.
	 * @param request the request
	 * @return the request, reading which fails with an {@link Exceeded} beyond the limit
	 * @throws RequestRefusedException if the declared length is over the limit
	 */
	HttpServletRequest apply(HttpServletRequest request) {
		if (request.getContentLengthLong() > this.maxSize.toBytes()) {
			throw problem().asException();
		}
		return new LimitedRequest(request, this.maxSize.toBytes());
	}

	long bytes() {
		return this.maxSize.toBytes();
	}

	/**
	 * Return what a caller gets whose body is over the limit.
	 * @return a 413 problem
	 */
	Problem problem() {
		return Problem.of(HttpStatus.CONTENT_TOO_LARGE,
				"The body is larger than %d bytes (model-serving.endpoints.max-request-size)"
					.formatted(this.maxSize.toBytes()));
	}

	/** A body is larger than the limit. */
	static final class Exceeded extends IOException {

		private static final long serialVersionUID = 1L;

		Exceeded() {
			super("body over the limit");
		}

	}

	private static final class LimitedRequest extends HttpServletRequestWrapper {

		private final long limit;

		private @Nullable ServletInputStream stream;

		LimitedRequest(HttpServletRequest request, long limit) {
			super(request);
			this.limit = limit;
		}

		@Override
		public ServletInputStream getInputStream() throws IOException {
			if (this.stream == null) {
				this.stream = new LimitedInputStream(super.getInputStream(), this.limit);
			}
			return this.stream;
		}

	}

	private static final class LimitedInputStream extends ServletInputStream {

		private final ServletInputStream source;

		private long remaining;

		LimitedInputStream(ServletInputStream source, long limit) {
			this.source = source;
			this.remaining = limit;
		}

		@Override
		public int read() throws IOException {
			int value = this.source.read();
			count((value < 0) ? 0 : 1);
			return value;
		}

		@Override
		public int read(byte[] target, int offset, int length) throws IOException {
			int count = this.source.read(target, offset, length);
			count(count);
			return count;
		}

		private void count(int bytes) throws Exceeded {
			this.remaining -= Math.max(0, bytes);
			if (this.remaining < 0) {
				throw new Exceeded();
			}
		}

		@Override
		public boolean isFinished() {
			return this.source.isFinished();
		}

		@Override
		public boolean isReady() {
			return this.source.isReady();
		}

		@Override
		public void setReadListener(ReadListener listener) {
			this.source.setReadListener(listener);
		}

	}

}
