package io.modelserving.openinference.http;

import java.io.IOException;

import io.modelserving.model.InferenceException.InvalidInput;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.util.unit.DataSize;

/**
 * Reads the bodies of requests, whatever media type they claim to be: the clients of the
 * protocol send none, or a wrong one.
 */
final class RequestBodies {

	private static final String JSON_LENGTH = "Inference-Header-Content-Length";

	private final int limit;

	/**
	 * Create a reader.
	 * @param limit the most that a body may have, less than 2 GB
	 */
	RequestBodies(DataSize limit) {
		this.limit = Math.toIntExact(limit.toBytes());
	}

	/**
	 * Read a body.
	 * @param request the request
	 * @return the bytes
	 * @throws RequestTooLarge if there are more than the limit, whether the request says
	 * so or not; no more than the limit is read
	 * @throws InvalidInput if the body is not plain JSON, or breaks off
	 */
	byte[] read(HttpServletRequest request) {
		refuseEncoding(request.getHeader(HttpHeaders.CONTENT_ENCODING));
		refuseBinary(request.getHeader(JSON_LENGTH));
		if (request.getContentLengthLong() > this.limit) {
			throw new RequestTooLarge(this.limit);
		}
		byte[] body = readUpToLimit(request);
		if (body.length > this.limit) {
			throw new RequestTooLarge(this.limit);
		}
		return body;
	}

	private byte[] readUpToLimit(HttpServletRequest request) {
		try {
			return request.getInputStream().readNBytes(this.limit + 1);
		}
		catch (IOException ex) {
			throw new InvalidInput("the body breaks off", ex);
		}
	}

	private static void refuseEncoding(@Nullable String encoding) {
		if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
			throw new InvalidInput(
					"Content-Encoding \"%s\" is not supported; send the body as it is".formatted(encoding));
		}
	}

	private static void refuseBinary(@Nullable String jsonLength) {
		if (jsonLength != null) {
			throw new InvalidInput("the header %s announces binary tensors, which are not supported; send them as JSON"
				.formatted(JSON_LENGTH));
		}
	}

}
