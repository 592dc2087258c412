package io.modelserving.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;

/**
 * A request whose body has arrived.
 */
final class ReceivedRequest extends HttpServletRequestWrapper {

	private final ServletInputStream body;

	ReceivedRequest(HttpServletRequest request, InputStream body) {
		super(request);
		this.body = new ReceivedStream(body);
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
