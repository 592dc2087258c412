package io.modelserving.client;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatusCode;

/**
 * The server rejected a call.
 */
public final class OpenInferenceClientException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final int status;

	private final String error;

	OpenInferenceClientException(HttpStatusCode status, String error) {
		super("%d: %s".formatted(status.value(), error));
		this.status = status.value();
		this.error = error;
	}

	/**
	 * Return the status of the response.
	 * @return a status that is not a success
	 */
	public HttpStatusCode status() {
		return HttpStatusCode.valueOf(this.status);
	}

	/**
	 * Return what the server says.
	 * @return the message, empty if it says nothing
	 */
	public String error() {
		return this.error;
	}

	static @Nullable OpenInferenceClientException rejectionOf(Runnable call) {
		try {
			call.run();
			return null;
		}
		catch (OpenInferenceClientException ex) {
			return ex;
		}
	}

}
