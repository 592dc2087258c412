package io.modelserving.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Reads the error message of a server.
 */
final class ServerErrors {

	private static final int LONGEST = 64 * 1024;

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private ServerErrors() {
	}

	static void handle(HttpRequest request, ClientHttpResponse response) throws IOException {
		String body = new String(response.getBody().readNBytes(LONGEST), StandardCharsets.UTF_8);
		throw new OpenInferenceClientException(response.getStatusCode(), message(body));
	}

	/**
	 * Return the message in the body of a response.
	 * @param body an object with the key {@code error}, or whatever a proxy sends instead
	 * @return the message, or the whole body if it is no such object
	 */
	static String message(String body) {
		try {
			JsonNode error = MAPPER.readTree(body).path("error");
			return error.isString() ? error.stringValue() : body.strip();
		}
		catch (JacksonException ex) {
			return body.strip();
		}
	}

}
