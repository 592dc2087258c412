package io.modelserving.endpoint;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
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

/**
 * Reads large bodies as a whole, so that base64 can be decoded where it stands. What does
 * not go well is read again from the beginning as Spring reads it, which then says what
 * is wrong and where.
 */
final class LargeJsonConverter extends JacksonJsonHttpMessageConverter {

	private static final int LARGE = 8 << 10;

	LargeJsonConverter(JsonMapper mapper) {
		super(FastBase64.in(mapper));
	}

	@Override
	public Object read(ResolvableType type, HttpInputMessage message, @Nullable Map<String, Object> hints)
			throws IOException {
		long length = message.getHeaders().getContentLength();
		if ((length >= 0 && length < LARGE) || (hints != null && !hints.isEmpty())
				|| getCharset(message.getHeaders().getContentType()) != StandardCharsets.UTF_8) {
			return super.read(type, message, hints);
		}
		byte[] bytes = bytes(message, length);
		try {
			return getMapper().readerFor(getJavaType(type.getType(), null)).readValue(new JsonBody(bytes));
		}
		catch (JacksonException ex) {
			return super.read(type, new Message(message.getHeaders(), new ByteArrayInputStream(bytes)), hints);
		}
	}

	private static byte[] bytes(HttpInputMessage message, long length) throws IOException {
		try {
			return BodyBytes.read(message.getBody(), length);
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
