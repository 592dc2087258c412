package io.modelserving.openinference.http;

import java.io.IOException;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

/**
 * Writes the errors of others in the protocol's way.
 */
public final class ServerErrors {

	private ServerErrors() {
	}

	/**
	 * Write an error.
	 * @param code the status
	 * @param message what was wrong, or {@code null}; sent to callers only if it was
	 * their fault
	 * @param response where to write
	 * @throws IOException if the client has gone
	 */
	public static void write(int code, @Nullable String message, HttpServletResponse response) throws IOException {
		HttpStatus status = HttpStatus.resolve(code);
		if (status == null) {
			status = HttpStatus.INTERNAL_SERVER_ERROR;
		}
		ErrorResponses.write(new HttpError(status, message(status, message)), response);
	}

	private static String message(HttpStatus status, @Nullable String message) {
		if (status.is4xxClientError() && message != null && !message.isBlank()) {
			return message;
		}
		return status.getReasonPhrase();
	}

}
