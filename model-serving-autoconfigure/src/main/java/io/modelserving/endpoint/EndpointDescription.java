package io.modelserving.endpoint;

import java.lang.reflect.Type;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.modelserving.openapi.Example;

import org.springframework.http.MediaType;

/**
 * What clients need to know of an endpoint.
 *
 * @param name the name of the handler's bean, which no other endpoint has
 * @param packageName the package of the handler
 * @param path the path to {@code POST} to
 * @param model the name of the model
 * @param summary what it does, in a few words
 * @param description what it does, at length
 * @param tag the group under which it is listed
 * @param requestType the type of a request that is not a picture
 * @param responseType the type of the response
 * @param consumes the media types of requests, the preferred first
 * @param produces the media types of responses, the preferred first
 * @param canBeInvalid whether a request that can be read can be invalid all the same
 * @param example the content of a request in JSON that succeeds, or {@code null} if none
 * is given
 * @param response the response to it, or {@code null} if that is not known; of a stream,
 * its events
 * @param streams whether the response is a stream, whose events are of the type of the
 * response
 * @param takesGet whether a request may also be made by {@code GET}, with the components
 * of its type as parameters
 */
public record EndpointDescription(String name, String packageName, String path, String model, String summary,
		String description, String tag, Type requestType, Type responseType, List<MediaType> consumes,
		List<MediaType> produces, boolean canBeInvalid, @Nullable Object example, @Nullable Example response,
		boolean streams, boolean takesGet) {

	/** The header by which a caller says how long the response is of use. */
	public static final String TIMEOUT_HEADER = RequestTimeout.HEADER;

	public EndpointDescription {
		consumes = List.copyOf(consumes);
		produces = List.copyOf(produces);
	}

}
