package io.modelserving.openinference.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls a server, without media types unless told otherwise.
 *
 * @param port the port of the server
 */
record HttpCaller(int port) {

	private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	HttpResponse<String> get(String path) {
		return send(request(path).GET());
	}

	HttpResponse<String> post(String path, String body, String... headers) {
		return post(path, BodyPublishers.ofString(body), headers);
	}

	HttpResponse<String> post(String path, BodyPublisher body, String... headers) {
		HttpRequest.Builder request = request(path).POST(body);
		return send((headers.length > 0) ? request.headers(headers) : request);
	}

	/**
	 * Send bytes, and take bytes.
	 * @param path the path
	 * @param body the bytes
	 * @param headers names and values
	 * @return the answer, as it came
	 */
	HttpResponse<byte[]> exchange(String path, byte[] body, String... headers) {
		HttpRequest.Builder request = request(path).POST(BodyPublishers.ofByteArray(body));
		return send((headers.length > 0) ? request.headers(headers) : request, BodyHandlers.ofByteArray());
	}

	HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
			.timeout(Duration.ofSeconds(30));
	}

	HttpResponse<String> send(HttpRequest.Builder request) {
		return send(request, BodyHandlers.ofString());
	}

	private static <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
		try {
			return CLIENT.send(request.build(), handler);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	static JsonNode json(HttpResponse<String> response) {
		return JsonMapper.shared().readTree(response.body());
	}

	/**
	 * Return the message of an error.
	 * @param response an answer that must be nothing but an object with the key
	 * {@code error}
	 * @return the message
	 */
	static String error(HttpResponse<String> response) {
		JsonNode body = json(response);
		if (body.size() != 1 || !body.path("error").isString()) {
			throw new AssertionError(
					"not an error of the protocol: %d %s".formatted(response.statusCode(), response.body()));
		}
		return body.path("error").stringValue();
	}

}
