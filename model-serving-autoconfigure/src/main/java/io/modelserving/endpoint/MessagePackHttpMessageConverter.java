package io.modelserving.endpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ResolvableType;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.AbstractSmartHttpMessageConverter;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.converter.HttpMessageNotWritableException;

/**
 * Reads and writes MessagePack as the application's mapper reads and writes JSON: the
 * same names, constraints and errors. Bytes are bytes and not base64. Thread-safe.
 */
public final class MessagePackHttpMessageConverter extends AbstractSmartHttpMessageConverter<Object> {

	private final JsonMapper mapper;

	/**
	 * Create a converter.
	 * @param mapper makes objects of what is read
	 */
	public MessagePackHttpMessageConverter(JsonMapper mapper) {
		super(MediaType.parseMediaType("application/msgpack"), MediaType.parseMediaType("application/vnd.msgpack"),
				MediaType.parseMediaType("application/x-msgpack"));
		this.mapper = mapper;
	}

	/** Text and bytes are written as they are, by other converters. */
	@Override
	protected boolean supports(Class<?> type) {
		return !CharSequence.class.isAssignableFrom(type) && type != byte[].class;
	}

	@Override
	public boolean canRead(ResolvableType type, @Nullable MediaType mediaType) {
		return supports(type.toClass()) && canRead(mediaType);
	}

	@Override
	public boolean canWrite(ResolvableType type, Class<?> valueType, @Nullable MediaType mediaType) {
		return supports(type.toClass()) && canWrite(mediaType);
	}

	@Override
	public Object read(ResolvableType type, HttpInputMessage message, @Nullable Map<String, Object> hints)
			throws IOException {
		byte[] body = message.getBody().readAllBytes();
		try {
			return this.mapper.readerFor(this.mapper.constructType(type.getType()))
				.readValue(new MessagePackReader(body).read());
		}
		catch (MalformedMessagePack | JacksonException ex) {
			throw new HttpMessageNotReadableException("The body cannot be read", ex, message);
		}
	}

	@Override
	protected void writeInternal(Object value, ResolvableType type, HttpOutputMessage message,
			@Nullable Map<String, Object> hints) throws IOException {
		OutputStream body = message.getBody();
		try {
			MessagePacker packer = MessagePack.newDefaultPacker(body);
			MessagePackWriter.write(packer, this.mapper.valueToTree(value));
			packer.flush();
		}
		catch (JacksonException ex) {
			throw new HttpMessageNotWritableException("The response cannot be written", ex);
		}
	}

}
