package io.modelserving.web.stream;

import java.util.Map;

/**
 * What a client gets of a failure: as a response of its own before the first event, and
 * after that as the last thing in the stream.
 *
 * @param status the status
 * @param headers the headers, with the media type
 * @param body the JSON
 */
public record StreamProblem(int status, Map<String, String> headers, byte[] body) {
}
