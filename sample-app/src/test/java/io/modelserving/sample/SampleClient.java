package io.modelserving.sample;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import com.jayway.jsonpath.DocumentContext;
import com.jayway.jsonpath.JsonPath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A client of a running sample application.
 */
final class SampleClient {

	static final Duration PATIENCE = Duration.ofMinutes(2);

	private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final URI base;

	SampleClient(int port) {
		this.base = URI.create("http://localhost:" + port);
	}

	/**
	 * Return a client once the application says that it is ready.
	 * @param port where the application listens
	 * @return the client
	 */
	static SampleClient whenReady(int port) {
		SampleClient client = new SampleClient(port);
		await().atMost(PATIENCE)
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(client.get("/actuator/health/readiness"))
				.satisfies(response -> assertThat(response.statusCode()).as(response.body()).isEqualTo(200)));
		return client;
	}

	URI uri(String path) {
		return this.base.resolve(path);
	}

	HttpResponse<String> get(String path) {
		return send(HttpRequest.newBuilder(uri(path)).GET().build());
	}

	HttpResponse<String> post(String path, String json) {
		return post(path, "application/json", BodyPublishers.ofString(json));
	}

	/** Post where the response may be a stream, and is wanted as JSON. */
	HttpResponse<String> postForJson(String path, String json) {
		return send(HttpRequest.newBuilder(uri(path))
			.header("Content-Type", "application/json")
			.header("Accept", "application/json")
			.POST(BodyPublishers.ofString(json))
			.build());
	}

	HttpResponse<String> post(String path, String contentType, BodyPublisher body) {
		return send(HttpRequest.newBuilder(uri(path)).header("Content-Type", contentType).POST(body).build());
	}

	/**
	 * Post where the response is wanted in another format than JSON, and must be a
	 * success.
	 */
	HttpResponse<byte[]> postForBytes(String path, String contentType, BodyPublisher body, String accept) {
		HttpResponse<byte[]> response = join(this.http.sendAsync(HttpRequest.newBuilder(uri(path))
			.header("Content-Type", contentType)
			.header("Accept", accept)
			.POST(body)
			.build(), BodyHandlers.ofByteArray()));
		assertThat(response.statusCode()).as(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo(200);
		return response;
	}

	CompletableFuture<HttpResponse<String>> postAsync(String path, String json) {
		return this.http.sendAsync(HttpRequest.newBuilder(uri(path))
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(json))
			.build(), BodyHandlers.ofString());
	}

	private HttpResponse<String> send(HttpRequest request) {
		return join(this.http.sendAsync(request, BodyHandlers.ofString()));
	}

	/**
	 * Read a response that must be a success.
	 * @param response the response
	 * @return its body
	 */
	static DocumentContext ok(HttpResponse<String> response) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return JsonPath.parse(response.body());
	}

	/**
	 * Do something many times, on many threads.
	 * @param threads how many at once
	 * @param count how many times
	 * @param action what to do with each index
	 * @return the results, by index
	 */
	static <T> List<T> concurrently(int threads, int count, IntFunction<T> action) {
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Future<T>> futures = new ArrayList<>();
			IntStream.range(0, count).forEach(index -> futures.add(executor.submit(() -> action.apply(index))));
			return futures.stream().map(SampleClient::join).toList();
		}
		finally {
			executor.shutdownNow();
		}
	}

	static <T> T join(Future<T> future) {
		try {
			return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new AssertionError("no answer: " + ex, ex);
		}
	}

}
