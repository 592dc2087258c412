package io.modelserving.openinference.http;

import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;

import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.web.servlet.function.ServerResponse;

/**
 * Responds to failures with the protocol's {@code {"error": "…"}}. Those that are the
 * server's own fault are logged under an id that callers get to see.
 */
final class ErrorResponses {

	private static final Logger logger = LoggerFactory.getLogger(ErrorResponses.class);

	private ErrorResponses() {
	}

	static ServerResponse of(Throwable failure) {
		HttpError error = describe(failure);
		return ServerResponse.status(error.status()).build((request, response) -> {
			write(error, response);
			return null;
		});
	}

	/**
	 * Respond to a failure that occurred while the response was being written.
	 * @param failure the failure
	 * @param response where to write; reset unless it is too late
	 * @throws IOException if the client has gone
	 */
	static void write(Throwable failure, HttpServletResponse response) throws IOException {
		HttpError error = describe(failure);
		if (response.isCommitted()) {
			throw new IOException("the response breaks off: " + error.message());
		}
		response.reset();
		write(error, response);
	}

	static void write(HttpError error, HttpServletResponse response) throws IOException {
		response.setStatus(error.status().value());
		error.headers().forEach(response::setHeader);
		JsonBodies.write(Map.of("error", error.message()), response);
	}

	private static HttpError describe(Throwable failure) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		String id = UUID.randomUUID().toString();
		HttpError error = HttpError.of(cause, id);
		if (error.status().is5xxServerError() && error.message().contains(id)) {
			logger.error("Call failed (error id {})", id, cause);
		}
		return error;
	}

}
