package io.modelserving.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;

import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.Part;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * A request whose body has arrived.
 */
final class ReceivedRequest extends HttpServletRequestWrapper {

	private final ServletInputStream body;

	private final @Nullable MultipartConfigElement formLimits;

	private @Nullable List<Part> parts;

	/**
	 * Create a request.
	 * @param request the request as it is without its body
	 * @param body the body
	 * @param formLimits limits the form that the body is, or {@code null} if it is none
	 * or was read before
	 */
	ReceivedRequest(HttpServletRequest request, InputStream body, @Nullable MultipartConfigElement formLimits) {
		super(request);
		this.body = new ReceivedStream(body);
		this.formLimits = formLimits;
	}

	/**
	 * Return the parts of a form.
	 * @return the parts in order
	 * @throws org.springframework.web.multipart.MultipartException if the body is no
	 * form, breaks off, or is too large
	 */
	@Override
	public Collection<Part> getParts() throws IOException, ServletException {
		if (this.formLimits == null) {
			return super.getParts();
		}
		List<Part> found = this.parts;
		if (found == null) {
			found = FormParts.parse(this.body, getHeader(HttpHeaders.CONTENT_TYPE), this.formLimits);
			this.parts = found;
		}
		return found;
	}

	@Override
	public @Nullable Part getPart(String name) throws IOException, ServletException {
		return getParts().stream().filter((part) -> part.getName().equals(name)).findFirst().orElse(null);
	}

	@Override
	public ServletInputStream getInputStream() {
		return this.body;
	}

	@Override
	public BufferedReader getReader() throws IOException {
		String encoding = getCharacterEncoding();
		return new BufferedReader(
				new InputStreamReader(this.body, (encoding != null) ? encoding : StandardCharsets.ISO_8859_1.name()));
	}

	private static final class ReceivedStream extends ServletInputStream {

		private final InputStream source;

		private boolean finished;

		private ReceivedStream(InputStream source) {
			this.source = source;
		}

		@Override
		public int read() throws IOException {
			int value = this.source.read();
			this.finished = value < 0;
			return value;
		}

		@Override
		public int read(byte[] target, int offset, int length) throws IOException {
			int count = this.source.read(target, offset, length);
			this.finished = count < 0;
			return count;
		}

		@Override
		public int available() throws IOException {
			return this.source.available();
		}

		@Override
		public boolean isFinished() {
			return this.finished;
		}

		@Override
		public boolean isReady() {
			return true;
		}

		@Override
		public void setReadListener(ReadListener listener) {
			throw new UnsupportedOperationException("the body has arrived: read it");
		}

	}

}
