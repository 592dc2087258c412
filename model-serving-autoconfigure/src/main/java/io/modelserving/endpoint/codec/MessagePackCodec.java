package io.modelserving.endpoint.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.util.List;
import java.util.stream.Stream;

import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ResolvableType;
import org.springframework.http.MediaType;

/**
 * MessagePack, by the names and rules of JSON; bytes are bytes and not base64.
 * Thread-safe.
 */
public final class MessagePackCodec implements BodyCodec {

	private final JsonMapper mapper;

	/**
	 * Create a codec.
	 * @param mapper the application's mapper
	 */
	public MessagePackCodec(JsonMapper mapper) {
		this.mapper = mapper;
	}

	@Override
	public List<MediaType> mediaTypes() {
		return Stream.of("application/msgpack", "application/vnd.msgpack", "application/x-msgpack")
			.map(MediaType::parseMediaType)
			.toList();
	}

	@Override
	public Object read(ResolvableType type, InputStream body, Charset charset) throws IOException {
		return this.mapper.readerFor(this.mapper.constructType(type.getType()))
			.readValue(new MessagePackReader(body.readAllBytes()).read());
	}

	@Override
	public void write(Object value, ResolvableType type, OutputStream body, Charset charset) throws IOException {
		MessagePacker packer = MessagePack.newDefaultPacker(body);
		MessagePackWriter.write(packer, this.mapper.valueToTree(value));
		packer.flush();
	}

}
