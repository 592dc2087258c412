package io.modelserving.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.List;

import io.modelserving.model.InferenceException.InvalidInput;
import tools.jackson.core.JacksonException;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.HttpMessageNotReadableException;

/**
 * Writes requests and reads responses, whatever media type the response says it has.
 */
final class InferMessageConverter implements HttpMessageConverter<Object> {

	static final String JSON_LENGTH = "Inference-Header-Content-Length";

	@Override
	public boolean canRead(Class<?> type, @Nullable MediaType mediaType) {
		return type == InferResponse.class;
	}

	@Override
	public boolean canWrite(Class<?> type, @Nullable MediaType mediaType) {
		return type == InferRequest.class;
	}

	@Override
	public List<MediaType> getSupportedMediaTypes() {
		return List.of(MediaType.APPLICATION_OCTET_STREAM, MediaType.APPLICATION_JSON);
	}

	@Override
	public Object read(Class<?> type, HttpInputMessage input) throws IOException {
		byte[] body = input.getBody().readAllBytes();
		String jsonLength = input.getHeaders().getFirst(JSON_LENGTH);
		try {
			return InferResponseReader.read(body, (jsonLength != null) ? Integer.parseInt(jsonLength) : body.length);
		}
		catch (JacksonException | IllegalArgumentException | InvalidInput ex) {
			throw new HttpMessageNotReadableException("the server's response is broken: " + ex.getMessage(), ex, input);
		}
	}

	@Override
	public void write(Object request, @Nullable MediaType mediaType, HttpOutputMessage output) throws IOException {
		EncodedRequest encoded = EncodedRequest.of((InferRequest) request);
		output.getHeaders()
			.setContentType(
					encoded.tensors().isEmpty() ? MediaType.APPLICATION_JSON : MediaType.APPLICATION_OCTET_STREAM);
		if (!encoded.tensors().isEmpty()) {
			output.getHeaders().set(JSON_LENGTH, Integer.toString(encoded.json().length));
		}
		output.getHeaders().setContentLength(encoded.length());
		try (OutputStream body = output.getBody()) {
			body.write(encoded.json());
			WritableByteChannel channel = Channels.newChannel(body);
			for (ByteBuffer tensor : encoded.tensors()) {
				channel.write(tensor);
			}
		}
	}

}
