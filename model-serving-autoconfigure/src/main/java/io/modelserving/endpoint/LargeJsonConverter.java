package io.modelserving.endpoint;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ResolvableType;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;

import io.modelserving.tensor.BufferPool;
import io.modelserving.tensor.BufferPool.PooledBuffers;

/**
 * Reads large bodies as a whole, so that base64 can be decoded where it stands. A body
 * that cannot be read so is read again from the beginning by Spring, whose error says
 * what is wrong and where.
 */
final class LargeJsonConverter extends JacksonJsonHttpMessageConverter {

	private static final int LARGE = 8 << 10;

	private final BufferPool pool;

	LargeJsonConverter(JsonMapper mapper, BufferPool pool) {
		super(FastBase64.in(mapper));
		this.pool = pool;
	}

	@Override
	public Object read(ResolvableType type, HttpInputMessage message, @Nullable Map<String, Object> hints)
			throws IOException {
		long length = message.getHeaders().getContentLength();
		if ((length >= 0 && length < LARGE) || (hints != null && !hints.isEmpty())
				|| getCharset(message.getHeaders().getContentType()) != StandardCharsets.UTF_8) {
			return super.read(type, message, hints);
		}
		// what is read has nothing of the body but copies
		PooledBuffers memory = this.pool.acquire();
		try {
			return read(type, message.getHeaders(), body(message, length, memory), hints);
		}
		finally {
			memory.release();
		}
	}

	private Object read(ResolvableType type, HttpHeaders headers, ByteBuffer body, @Nullable Map<String, Object> hints)
			throws IOException {
		try {
			return getMapper().readerFor(getJavaType(type.getType(), null))
				.readValue(new JsonBody(body.array(), body.limit()));
		}
		catch (JacksonException ex) {
			InputStream again = new ByteArrayInputStream(body.array(), 0, body.limit());
			return super.read(type, new Message(headers, again), hints);
		}
	}

	private static ByteBuffer body(HttpInputMessage message, long length, PooledBuffers memory) throws IOException {
		try {
			return BodyBytes.read(message.getBody(), length, memory);
		}
		catch (IOException ex) {
			throw new HttpMessageNotReadableException("The body cannot be read", ex, message);
		}
	}

	private record Message(HttpHeaders headers, InputStream body) implements HttpInputMessage {

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

		@Override
		public InputStream getBody() {
			return this.body;
		}

	}

}
