package io.modelserving.endpoint.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * Callers who send the same request at the same time.
 *
 * @param port the port of the server
 */
record Callers(int port) {

	private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	List<HttpResponse<String>> send(int callers, String path, String body, String... headers) {
		List<CompletableFuture<HttpResponse<String>>> sent = IntStream.range(0, callers)
			.mapToObj((i) -> CLIENT.sendAsync(request(path, body, headers), BodyHandlers.ofString()))
			.toList();
		return sent.stream().map(CompletableFuture::join).toList();
	}

	HttpResponse<String> send(String path, String body, String... headers) throws IOException, InterruptedException {
		return CLIENT.send(request(path, body, headers), BodyHandlers.ofString());
	}

	/** Returns the status of the response to a request whose body does not arrive. */
	int sendHead(String path, String... headers) throws IOException {
		try (Socket socket = new Socket("localhost", this.port)) {
			StringBuilder head = new StringBuilder("POST " + path
					+ " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n");
			for (int i = 0; i < headers.length; i += 2) {
				head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
			}
			socket.getOutputStream().write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
			String status = new BufferedReader(
					new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
				.readLine();
			return Integer.parseInt(status.split(" ")[1]);
		}
	}

	private HttpRequest request(String path, String body, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
			.header("Content-Type", "application/json");
		for (int i = 0; i < headers.length; i += 2) {
			request.header(headers[i], headers[i + 1]);
		}
		return (body.isEmpty() ? request.GET() : request.POST(BodyPublishers.ofString(body))).build();
	}

}
