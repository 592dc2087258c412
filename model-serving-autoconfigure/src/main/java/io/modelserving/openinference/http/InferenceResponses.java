package io.modelserving.openinference.http;

import java.io.IOException;
import java.util.Map;

import io.modelserving.codec.EncodedResponse;
import io.modelserving.codec.InferenceCodec;
import io.modelserving.codec.InferenceResponseBody;
import io.modelserving.openinference.OutputFormats;
import io.modelserving.openinference.OutputLabels;
import io.modelserving.serving.InferenceResult;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.web.CompressedResponse;
import io.modelserving.web.ResponseCompression;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Writes the results of calls as responses, compressed if the client accepts that and it
 * pays.
 */
final class InferenceResponses {

	private final InferenceCodec codec;

	private final OutputLabels labels;

	private final ResponseCompression compression;

	InferenceResponses(InferenceCodec codec, OutputLabels labels, ResponseCompression compression) {
		this.codec = codec;
		this.labels = labels;
		this.compression = compression;
	}

	/**
	 * Make the response of a call.
	 * @param result what the model gave
	 * @param id the caller's name for the request, if any
	 * @param formats how the caller wants the outputs
	 * @return the response, encoded when it is written
	 */
	ServerResponse of(InferenceResult result, @Nullable String id, OutputFormats formats) {
		return ServerResponse.ok().build((request, response) -> {
			try (CompressedResponse compressed = this.compression.apply(request, response)) {
				if (result.cache() != null) {
					response.setHeader("Cache-Status", result.cache().cacheStatus());
				}
				write(encode(result, id, formats), compressed);
			}
			catch (RuntimeException ex) {
				ErrorResponses.write(ex, response);
			}
			return null;
		});
	}

	private EncodedResponse encode(InferenceResult result, @Nullable String id, OutputFormats formats) {
		NamedTensors outputs = formats.apply(result.outputs(), (output) -> this.labels.labels(result.model(), output));
		return this.codec.encode(new InferenceResponseBody(result.model().name(),
				Long.toString(result.model().version()), id, Map.of(), outputs), formats.binary(outputs.names()));
	}

	private static void write(EncodedResponse encoded, CompressedResponse response) throws IOException {
		writeHeaders(encoded, response);
		encoded.length().ifPresent(response::setContentLengthLong);
		encoded.writeTo(response.getOutputStream());
		response.finish();
	}

	private static void writeHeaders(EncodedResponse encoded, HttpServletResponse response) {
		response.setContentType(encoded.jsonLength().isPresent() ? MediaType.APPLICATION_OCTET_STREAM_VALUE
				: MediaType.APPLICATION_JSON_VALUE);
		encoded.jsonLength()
			.ifPresent((length) -> response.setHeader(InferenceBodies.JSON_LENGTH, Long.toString(length)));
	}

}
