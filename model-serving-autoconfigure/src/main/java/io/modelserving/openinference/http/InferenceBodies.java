package io.modelserving.openinference.http;

import io.modelserving.codec.InferenceCodec;
import io.modelserving.codec.InferenceRequestBody;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Quoted;
import io.modelserving.openinference.ModelLookup;
import io.modelserving.web.BodyBounds;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Reads the requests for inference: JSON, JSON and the bytes of tensors after it, or the
 * bytes of the only input.
 */
final class InferenceBodies {

	/** The length of the JSON before it is compressed; 0 if there is none. */
	static final String JSON_LENGTH = "Inference-Header-Content-Length";

	private final InferenceCodec codec;

	private final BodyBounds bounds;

	private final ModelLookup models;

	/**
	 * Create a reader.
	 * @param codec reads what the bodies say
	 * @param bounds how large a body may be, less than 2 GB
	 * @param models finds the models
	 */
	InferenceBodies(InferenceCodec codec, BodyBounds bounds, ModelLookup models) {
		this.codec = codec;
		this.bounds = bounds;
		this.models = models;
	}

	/**
	 * Read a request.
	 * @param path the model that it is for
	 * @param request the request
	 * @return what it says
	 * @throws io.modelserving.model.InferenceException if the model is unknown or the
	 * request makes no sense
	 * @throws RequestTooLarge if the body exceeds a bound; no more is read
	 * @throws UnsupportedCoding if it is compressed in a way that the server does not
	 * know
	 */
	InferenceRequestBody read(ModelPath path, HttpServletRequest request) {
		try (RequestBody body = RequestBody.open(request, this.bounds)) {
			this.models.find(path.model(), path.version());
			return read(path, body, jsonLength(request.getHeader(JSON_LENGTH)));
		}
	}

	private InferenceRequestBody read(ModelPath path, RequestBody body, @Nullable Long jsonLength) {
		if (jsonLength == null) {
			return this.codec.readRequest(body);
		}
		if (jsonLength == 0) {
			return this.codec.readRaw(body, body.length(), this.models.signature(path.model(), path.version()));
		}
		if (body.length() >= 0 && jsonLength > body.length()) {
			throw new InvalidInput(
					"%s is %d, but the body has %d bytes".formatted(JSON_LENGTH, jsonLength, body.length()));
		}
		return this.codec.readRequest(body, jsonLength);
	}

	private static @Nullable Long jsonLength(@Nullable String header) {
		if (header == null) {
			return null;
		}
		try {
			long length = Long.parseLong(header.strip());
			if (length >= 0) {
				return length;
			}
		}
		catch (NumberFormatException ex) {
			// as bad as a negative one
		}
		throw new InvalidInput("%s is %s; the number of bytes that the JSON has is needed, or 0 if there is none"
			.formatted(JSON_LENGTH, Quoted.name(header)));
	}

}
