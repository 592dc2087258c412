package io.modelserving.openinference.http;

import java.util.List;

import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Extensions of the protocol that make no sense inside of an application, and what to use
 * in their place.
 */
enum NotOffered {

	/** Settings of traces. */
	TRACE("tracing is the application's own: see management.tracing in its configuration", "/v2/trace/setting",
			"/v2/models/{model}/trace/setting"),

	/** Settings of the log. */
	LOGGING("logging is the application's own: see its actuator's endpoint loggers", "/v2/logging"),

	/** Memory that clients and server share. */
	SHARED_MEMORY("the server shares no memory with callers: send tensors in the body", "/v2/systemsharedmemory/**",
			"/v2/cudasharedmemory/**");

	private final String message;

	private final List<String> patterns;

	NotOffered(String message, String... patterns) {
		this.message = message;
		this.patterns = List.of(patterns);
	}

	List<String> patterns() {
		return this.patterns;
	}

	ServerResponse answer(ServerRequest request) {
		return ServerResponse.status(HttpStatus.NOT_IMPLEMENTED).build((servletRequest, response) -> {
			ErrorResponses.write(new HttpError(HttpStatus.NOT_IMPLEMENTED, this.message), response);
			return null;
		});
	}

}
