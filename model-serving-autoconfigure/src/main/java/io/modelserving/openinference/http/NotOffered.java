package io.modelserving.openinference.http;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Extensions of the protocol that make no sense inside of an application, and what to use
 * in their place.
 */
enum NotOffered {

	/** Settings of traces. */
	TRACE("tracing is the application's own: see management.tracing in its configuration",
			"(?:/models/[^/]+)?/trace/setting"),

	/** Settings of the log. */
	LOGGING("logging is the application's own: see its actuator's endpoint loggers", "/logging"),

	/** Memory that clients and server share. */
	SHARED_MEMORY("the server shares no memory with callers: send tensors in the body",
			"/(?:system|cuda)sharedmemory(?:/.*)?");

	private final String message;

	private final Pattern paths;

	NotOffered(String message, String paths) {
		this.message = message;
		this.paths = Pattern.compile(paths);
	}

	String message() {
		return this.message;
	}

	/**
	 * Return the extension that has a path.
	 * @param path what follows the base path
	 * @return the extension, empty if none has it
	 */
	static Optional<NotOffered> at(@Nullable String path) {
		return Arrays.stream(values())
			.filter((extension) -> path != null && extension.paths.matcher(path).matches())
			.findFirst();
	}

}
