package io.modelserving.openinference.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

import io.modelserving.codec.InferenceResponseBody;
import io.modelserving.codec.JsonTensors;
import io.modelserving.serving.InferenceResult;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.exc.JacksonIOException;

import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Answers calls with the tensors that they gave.
 */
final class InferenceResponses {

	private final JsonTensors codec;

	InferenceResponses(JsonTensors codec) {
		this.codec = codec;
	}

	ServerResponse of(InferenceResult result, @Nullable String id) {
		InferenceResponseBody body = new InferenceResponseBody(result.model().name(),
				Long.toString(result.model().version()), id, Map.of(), result.outputs());
		return ServerResponse.ok().build((request, response) -> {
			write(body, response);
			return null;
		});
	}

	private void write(InferenceResponseBody body, HttpServletResponse response) throws IOException {
		try {
			response.setContentType(MediaType.APPLICATION_JSON_VALUE);
			this.codec.writeResponse(body, new Unflushed(response.getOutputStream()));
		}
		catch (JacksonIOException ex) {
			throw ex.getCause();
		}
		catch (RuntimeException ex) {
			ErrorResponses.write(ex, response);
		}
	}

	/**
	 * Leaves it to the server when to send, so that a short answer goes out as one piece
	 * of known length.
	 */
	private static final class Unflushed extends FilterOutputStream {

		private Unflushed(OutputStream target) {
			super(target);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) throws IOException {
			this.out.write(bytes, offset, length);
		}

		@Override
		public void flush() {
		}

	}

}
