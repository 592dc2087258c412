package io.modelserving.openinference.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

import io.modelserving.web.ContentCoding;

/**
 * Compresses a response, unless it is too short to gain from it: until that is known, the
 * response is held back. Closing it sends all, but leaves the response open.
 */
final class CompressedResponse extends OutputStream {

	private final HttpServletResponse response;

	private final ContentCoding coding;

	private final int threshold;

	private final ByteArrayOutputStream held = new ByteArrayOutputStream();

	private @Nullable OutputStream compressed;

	/**
	 * Create a response.
	 * @param response where it goes; nothing must have been written yet
	 * @param coding how it is compressed
	 * @param threshold the number of bytes from which on it is compressed
	 */
	CompressedResponse(HttpServletResponse response, ContentCoding coding, int threshold) {
		this.response = response;
		this.coding = coding;
		this.threshold = threshold;
	}

	@Override
	public void write(int single) throws IOException {
		write(new byte[] { (byte) single }, 0, 1);
	}

	@Override
	public void write(byte[] bytes, int offset, int length) throws IOException {
		if (this.compressed == null && this.held.size() + length < this.threshold) {
			this.held.write(bytes, offset, length);
			return;
		}
		compressed().write(bytes, offset, length);
	}

	private OutputStream compressed() throws IOException {
		OutputStream stream = this.compressed;
		if (stream == null) {
			this.response.setHeader(HttpHeaders.CONTENT_ENCODING, this.coding.token());
			this.response.addHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
			stream = this.coding.deflate(new Unflushed(this.response.getOutputStream()));
			this.compressed = stream;
			this.held.writeTo(stream);
		}
		return stream;
	}

	@Override
	public void close() throws IOException {
		if (this.compressed != null) {
			this.compressed.close();
			return;
		}
		this.response.setContentLength(this.held.size());
		this.held.writeTo(this.response.getOutputStream());
	}

}
