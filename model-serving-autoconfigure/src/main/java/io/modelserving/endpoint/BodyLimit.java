package io.modelserving.endpoint;

import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

import io.modelserving.web.BodyBounds;
import io.modelserving.web.BodyContent;
import io.modelserving.web.BodyTooLarge;
import io.modelserving.web.BrokenCoding;
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

	private final BodyBounds bounds;

	BodyLimit(BodyBounds bounds) {
		this.bounds = bounds;
	}

	/**
	 * Limit what can be read of a request, as it is sent and as it is once inflated.
	 * @param request the request
	 * @return the request with its body inflated, reading which fails with a
	 * {@link BodyTooLarge} beyond a bound and with a {@link BrokenCoding} if it cannot be
	 * inflated; to be closed
	 * @throws RequestRejectedException if the declared length is over the limit
	 * @throws UnsupportedCoding if the body is compressed in a way that is not read
	 */
	LimitedRequest apply(HttpServletRequest request) {
		ContentCoding coding = ContentCoding.of(request);
		if (request.getContentLengthLong() > this.bounds.maxBytes()) {
			throw problem().asException();
		}
		return new LimitedRequest(request, this.bounds, coding);
	}

	long bytes() {
		return this.bounds.maxBytes();
	}

	/**
	 * Return what a caller gets whose body is over the limit.
	 * @return a 413 problem
	 */
	Problem problem() {
		return problem(BodyTooLarge.size(this.bounds));
	}

	static Problem problem(BodyTooLarge failure) {
		return Problem.of(HttpStatus.CONTENT_TOO_LARGE, "The " + failure.describe("model-serving.endpoints"));
	}

	/** A request whose body is inflated. */
	static final class LimitedRequest extends HttpServletRequestWrapper implements AutoCloseable {

		private final BodyBounds bounds;

		private final ContentCoding coding;

		private @Nullable Body body;

		private LimitedRequest(HttpServletRequest request, BodyBounds bounds, ContentCoding coding) {
			super(request);
			this.bounds = bounds;
			this.coding = coding;
		}

		@Override
		public ServletInputStream getInputStream() throws IOException {
			Body opened = this.body;
			if (opened == null) {
				ServletInputStream sent = super.getInputStream();
				opened = new Body(sent, new BodyContent(sent, this.coding, this.bounds));
				this.body = opened;
			}
			return opened;
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

		@Override
		public void close() throws IOException {
			if (this.body != null) {
				this.body.close();
			}
		}

	}

	private static final class Body extends ServletInputStream {

		private final ServletInputStream sent;

		private final BodyContent content;

		private Body(ServletInputStream sent, BodyContent content) {
			this.sent = sent;
			this.content = content;
		}

		@Override
		public int read() throws IOException {
			return this.content.read();
		}

		@Override
		public int read(byte[] target, int offset, int length) throws IOException {
			return this.content.read(target, offset, length);
		}

		@Override
		public void close() throws IOException {
			this.content.close();
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

}
