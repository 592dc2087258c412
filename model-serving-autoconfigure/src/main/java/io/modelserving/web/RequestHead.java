package io.modelserving.web;

import java.util.function.Function;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * What a request says before its body.
 *
 * @param path its path below that of the application's servlet
 * @param contentLength the length of its body, negative if it does not say
 * @param headers gives the first value of a header
 */
public record RequestHead(String path, long contentLength, Function<String, @Nullable String> headers) {

	/**
	 * Return the head of a request that Spring MVC has got.
	 * @param request the request
	 * @return its head
	 */
	public static RequestHead of(HttpServletRequest request) {
		return new RequestHead(request.getRequestURI(), request.getContentLengthLong(), request::getHeader);
	}

	/**
	 * Return a header.
	 * @param name its name
	 * @return its first value, or {@code null} if it is not there
	 */
	public @Nullable String header(String name) {
		return this.headers.apply(name);
	}

}
