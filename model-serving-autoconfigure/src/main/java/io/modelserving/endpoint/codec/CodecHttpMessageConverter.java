package io.modelserving.endpoint.codec;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

import org.springframework.core.ResolvableType;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.AbstractSmartHttpMessageConverter;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.converter.HttpMessageNotWritableException;
import org.springframework.util.StreamUtils;

import io.modelserving.model.InferenceException.InvalidInput;

/**
 * Has Spring MVC read and write a format. Thread-safe.
 */
public final class CodecHttpMessageConverter extends AbstractSmartHttpMessageConverter<Object> {

	private final BodyCodec codec;

	/**
	 * Create a converter.
	 * @param codec the format
	 */
	public CodecHttpMessageConverter(BodyCodec codec) {
		super(codec.mediaTypes().toArray(MediaType[]::new));
		this.codec = codec;
	}

	@Override
	protected boolean supports(Class<?> type) {
		return !CharSequence.class.isAssignableFrom(type) && type != byte[].class;
	}

	/** Whatever class is asked about: without its generics it says too little. */
	@Override
	public List<MediaType> getSupportedMediaTypes(Class<?> type) {
		return getSupportedMediaTypes();
	}

	@Override
	public boolean canRead(ResolvableType type, @Nullable MediaType mediaType) {
		return supports(type.toClass()) && canRead(mediaType) && this.codec.reads(type);
	}

	@Override
	public boolean canWrite(ResolvableType type, Class<?> valueType, @Nullable MediaType mediaType) {
		return supports(type.toClass()) && canWrite(mediaType) && this.codec.writes(type);
	}

	@Override
	public Object read(ResolvableType type, HttpInputMessage message, @Nullable Map<String, Object> hints)
			throws IOException {
		try {
			return this.codec.read(type, StreamUtils.nonClosing(message.getBody()), charset(message));
		}
		catch (InvalidInput | JacksonException ex) {
			throw new HttpMessageNotReadableException("The body cannot be read", ex, message);
		}
	}

	@Override
	protected void writeInternal(Object value, ResolvableType type, HttpOutputMessage message,
			@Nullable Map<String, Object> hints) throws IOException {
		try {
			this.codec.write(value, type, StreamUtils.nonClosing(message.getBody()), charset(message));
		}
		catch (JacksonException ex) {
			throw new HttpMessageNotWritableException("The response cannot be written", ex);
		}
	}

	private static Charset charset(HttpMessage message) {
		MediaType type = message.getHeaders().getContentType();
		Charset charset = (type != null) ? type.getCharset() : null;
		return (charset != null) ? charset : StandardCharsets.UTF_8;
	}

}
