package io.modelserving.endpoint.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.util.List;
import java.util.stream.Stream;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;

import org.springframework.core.ResolvableType;
import org.springframework.http.MediaType;
import org.springframework.util.ReflectionUtils;

import io.modelserving.model.InferenceException.InvalidInput;

/**
 * The binary format of Protocol Buffers, for requests and responses that are generated
 * messages. Thread-safe.
 */
public final class ProtobufCodec implements BodyCodec {

	@Override
	public List<MediaType> mediaTypes() {
		return Stream.of("application/x-protobuf", "application/protobuf", "application/vnd.google.protobuf")
			.map(MediaType::parseMediaType)
			.toList();
	}

	@Override
	public boolean reads(ResolvableType type) {
		return MessageLite.class.isAssignableFrom(type.toClass())
				&& ReflectionUtils.findMethod(type.toClass(), "getDefaultInstance") != null;
	}

	@Override
	public boolean writes(ResolvableType type) {
		return MessageLite.class.isAssignableFrom(type.toClass());
	}

	@Override
	public Object read(ResolvableType type, InputStream body, Charset charset) throws IOException {
		byte[] bytes = body.readAllBytes();
		try {
			return defaultInstance(type.toClass()).getParserForType().parseFrom(bytes);
		}
		catch (InvalidProtocolBufferException ex) {
			throw new InvalidInput(
					"The body is no valid message %s: %s".formatted(type.toClass().getSimpleName(), ex.getMessage()),
					ex);
		}
	}

	private static MessageLite defaultInstance(Class<?> type) {
		try {
			return (MessageLite) type.getMethod("getDefaultInstance").invoke(null);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("%s is no generated message".formatted(type.getName()), ex);
		}
	}

	@Override
	public void write(Object value, ResolvableType type, OutputStream body, Charset charset) throws IOException {
		((MessageLite) value).writeTo(body);
	}

}
