package io.modelserving.endpoint;

import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.util.unit.DataSize;

import io.modelserving.web.ContentCoding;
import io.modelserving.web.UnsupportedCoding;

/**
 * Rejects bodies over a size: by their declared length without reading them, otherwise as
 * soon as one byte too many has been read.
 */
final class BodyLimit {

	/** The headers that say something of the body as it is sent only. */
	private static final List<String> HEADERS_OF_SENT_BODY = List.of(HttpHeaders.CONTENT_ENCODING,
			HttpHeaders.CONTENT_LENGTH);

	private final DataSize maxSize;

	BodyLimit(DataSize maxSize) {
		this.maxSize = maxSize;
	}

	/**
	 * Limit what can be read of a request, as it is sent and as it is once inflated.
	 * @param request the request
	 * @return the request with its body inflated, reading which fails with an
	 * {@link Exceeded} beyond the limit and with a {@link Broken} if it cannot be
	 * inflated
	 * @throws RequestRejectedException if the declared length is over the limit
	 * @throws UnsupportedCoding if the body is compressed in a way that is not read
	 */
	HttpServletRequest apply(HttpServletRequest request) {
		ContentCoding coding = ContentCoding.of(request);
		if (request.getContentLengthLong() > this.maxSize.toBytes()) {
			throw problem().asException();
		}
		return new LimitedRequest(request, this.maxSize.toBytes(), coding);
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

	/** A body is not compressed as it says. */
	static final class Broken extends IOException {

		private static final long serialVersionUID = 1L;

		Broken(IOException cause) {
			super("body cannot be inflated", cause);
		}

	}

	private static final class LimitedRequest extends HttpServletRequestWrapper {

		private final long limit;

		private final ContentCoding coding;

		private @Nullable ServletInputStream stream;

		LimitedRequest(HttpServletRequest request, long limit, ContentCoding coding) {
			super(request);
			this.limit = limit;
			this.coding = coding;
		}

		@Override
		public ServletInputStream getInputStream() throws IOException {
			if (this.stream == null) {
				ServletInputStream sent = new LimitedInputStream(super.getInputStream(), this.limit);
				this.stream = (this.coding == ContentCoding.IDENTITY) ? sent
						: new LimitedInputStream(new InflatedInputStream(sent, this.coding), this.limit);
			}
			return this.stream;
		}

		@Override
		public int getContentLength() {
			return (this.coding == ContentCoding.IDENTITY) ? super.getContentLength() : -1;
		}

		@Override
		public long getContentLengthLong() {
			return (this.coding == ContentCoding.IDENTITY) ? super.getContentLengthLong() : -1;
		}

		@Override
		public @Nullable String getHeader(String name) {
			return isHidden(name) ? null : super.getHeader(name);
		}

		@Override
		public Enumeration<String> getHeaders(String name) {
			return isHidden(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
		}

		@Override
		public Enumeration<String> getHeaderNames() {
			return Collections.enumeration(
					Collections.list(super.getHeaderNames()).stream().filter((name) -> !isHidden(name)).toList());
		}

		private boolean isHidden(String header) {
			return this.coding != ContentCoding.IDENTITY
					&& HEADERS_OF_SENT_BODY.stream().anyMatch(header::equalsIgnoreCase);
		}

	}

	/** Inflates what another stream gives, beginning with the first byte that is read. */
	private static final class InflatedInputStream extends ServletInputStream {

		private final ServletInputStream sent;

		private final ContentCoding coding;

		private @Nullable InputStream inflated;

		InflatedInputStream(ServletInputStream sent, ContentCoding coding) {
			this.sent = sent;
			this.coding = coding;
		}

		@Override
		public int read() throws IOException {
			byte[] one = new byte[1];
			return (read(one, 0, 1) < 0) ? -1 : Byte.toUnsignedInt(one[0]);
		}

		@Override
		public int read(byte[] target, int offset, int length) throws IOException {
			try {
				InputStream source = this.inflated;
				if (source == null) {
					source = this.coding.inflate(this.sent);
					this.inflated = source;
				}
				return source.read(target, offset, length);
			}
			catch (ZipException | EOFException ex) {
				throw new Broken(ex);
			}
		}

		@Override
		public void close() throws IOException {
			if (this.inflated != null) {
				this.inflated.close();
			}
		}

		@Override
		public boolean isFinished() {
			return this.sent.isFinished();
		}

		@Override
		public boolean isReady() {
			return this.sent.isReady();
		}

		@Override
		public void setReadListener(ReadListener listener) {
			this.sent.setReadListener(listener);
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
