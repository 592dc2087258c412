package io.modelserving.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Set;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Compresses the body of a response, unless it is too short to gain from it, is
 * compressed by itself, or is a stream of events. Until the length is known, the response
 * is held back. Not thread-safe.
 */
public final class CompressedResponse extends HttpServletResponseWrapper implements AutoCloseable {

	private static final Set<String> COMPRESSED_FORMATS = Set.of("image", "audio", "video");

	private final ContentCoding coding;

	private final long threshold;

	private final ByteArrayOutputStream held = new ByteArrayOutputStream();

	private final Body body = new Body();

	private long declared = -1;

	private @Nullable OutputStream target;

	private @Nullable Unflushed sink;

	CompressedResponse(HttpServletResponse response, ContentCoding coding, long threshold) {
		super(response);
		this.coding = coding;
		this.threshold = threshold;
	}

	@Override
	public ServletOutputStream getOutputStream() {
		return this.body;
	}

	@Override
	public PrintWriter getWriter() {
		return new PrintWriter(this.body, true, Charset.forName(getCharacterEncoding()));
	}

	@Override
	public void setContentLength(int length) {
		this.declared = length;
	}

	@Override
	public void setContentLengthLong(long length) {
		this.declared = length;
	}

	@Override
	public void setHeader(String name, @Nullable String value) {
		if (!isLength(name, value)) {
			super.setHeader(name, value);
		}
	}

	@Override
	public void addHeader(String name, @Nullable String value) {
		if (!isLength(name, value)) {
			super.addHeader(name, value);
		}
	}

	private boolean isLength(String name, @Nullable String value) {
		if (value == null || !name.equalsIgnoreCase(HttpHeaders.CONTENT_LENGTH)) {
			return false;
		}
		this.declared = Long.parseLong(value);
		return true;
	}

	/** Flushing would send a short response without its length. */
	@Override
	public void flushBuffer() {
	}

	private void write(byte[] bytes, int offset, int length) throws IOException {
		if (this.target == null && isHeld(length)) {
			this.held.write(bytes, offset, length);
			return;
		}
		target().write(bytes, offset, length);
	}

	private boolean isHeld(int more) {
		return this.declared < 0 && isCompressible() && this.held.size() + more < this.threshold;
	}

	private OutputStream target() throws IOException {
		OutputStream opened = this.target;
		if (opened == null) {
			this.sink = new Unflushed(super.getOutputStream());
			if (isCompressible() && (this.declared < 0 || this.declared >= this.threshold)) {
				super.setHeader(HttpHeaders.CONTENT_ENCODING, this.coding.token());
				opened = this.coding.deflate(this.sink);
			}
			else {
				declareLength(this.declared);
				opened = this.sink;
			}
			this.target = opened;
			this.held.writeTo(opened);
		}
		return opened;
	}

	private boolean isCompressible() {
		if (this.coding == ContentCoding.IDENTITY || getHeader(HttpHeaders.CONTENT_ENCODING) != null) {
			return false;
		}
		String type = String.valueOf(getContentType()).toLowerCase(Locale.ROOT);
		return !type.startsWith("text/event-stream") && !COMPRESSED_FORMATS.contains(type.split("/", 2)[0]);
	}

	private void declareLength(long length) {
		if (length >= 0) {
			super.setContentLengthLong(length);
		}
	}

	/**
	 * Send what has been written, but leave the response open.
	 * @throws IOException if the client is gone
	 */
	public void finish() throws IOException {
		if (this.target != null) {
			this.target.close();
			this.target = null;
		}
		else {
			declareLength((this.declared >= 0) ? this.declared : this.held.size());
			this.held.writeTo(super.getOutputStream());
		}
		this.sink = null;
	}

	/** Free what compressing took. Nothing more is sent. */
	@Override
	public void close() {
		if (this.sink != null && this.target != null) {
			this.sink.end();
			try {
				this.target.close();
			}
			catch (IOException ex) {
				throw new IllegalStateException("a stream that drops what it gets failed", ex);
			}
		}
	}

	private final class Body extends ServletOutputStream {

		@Override
		public void write(int single) throws IOException {
			write(new byte[] { (byte) single }, 0, 1);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) throws IOException {
			CompressedResponse.this.write(bytes, offset, length);
		}

		@Override
		public boolean isReady() {
			return true;
		}

		@Override
		public void setWriteListener(WriteListener listener) {
			throw new IllegalStateException("The response is written without waiting");
		}

	}

}
