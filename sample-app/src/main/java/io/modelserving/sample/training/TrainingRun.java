package io.modelserving.sample.training;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

import io.modelserving.sample.SampleApplication;

import org.springframework.boot.SpringApplication;
import org.springframework.core.io.ClassPathResource;

/**
 * Runs the application under requests to itself for some seconds, and ends it. The JVM
 * that runs this with {@code -XX:AOTCacheOutput} records which classes a start loads and
 * what is worth compiling, so that one which reads the cache starts sooner and serves its
 * first requests faster.
 */
public final class TrainingRun {

	private static final Duration LIMIT = Duration.ofMinutes(5);

	private final HttpClient client = HttpClient.newHttpClient();

	private final String server;

	private TrainingRun(String port) {
		this.server = "http://localhost:" + port;
	}

	/**
	 * Run the application.
	 * @param arguments the number of seconds under requests
	 * @throws IllegalStateException if the models do not become ready, or a request is
	 * not successful
	 */
	public static void main(String... arguments) throws IOException, InterruptedException {
		Duration duration = Duration.ofSeconds(Long.parseLong(arguments[0]));
		try (var context = SpringApplication.run(SampleApplication.class, "--server.port=0",
				"--spring.grpc.server.port=0")) {
			TrainingRun run = new TrainingRun(context.getEnvironment().getRequiredProperty("local.server.port"));
			run.awaitReady();
			System.out.println("Requests: " + run.send(duration));
		}
	}

	private void awaitReady() throws IOException, InterruptedException {
		long end = System.nanoTime() + LIMIT.toNanos();
		HttpRequest readiness = request("/actuator/health/readiness").build();
		while (this.client.send(readiness, BodyHandlers.discarding()).statusCode() != 200) {
			if (System.nanoTime() - end > 0) {
				throw new IllegalStateException("the models are not ready after " + LIMIT);
			}
			Thread.sleep(50);
		}
	}

	private int send(Duration duration) throws IOException, InterruptedException {
		List<HttpRequest> requests = requests();
		long end = System.nanoTime() + duration.toNanos();
		int sent = 0;
		while (System.nanoTime() - end < 0) {
			HttpRequest request = requests.get(sent++ % requests.size());
			int status = this.client.send(request, BodyHandlers.discarding()).statusCode();
			if (status != 200) {
				throw new IllegalStateException(request.uri() + " failed with status " + status);
			}
		}
		return sent;
	}

	private List<HttpRequest> requests() throws IOException {
		byte[] digit = new ClassPathResource("examples/digit-3.png").getContentAsByteArray();
		String pixels = "0" + ",0".repeat(63);
		return List.of(
				request("/digits").header("Content-Type", "image/png").POST(BodyPublishers.ofByteArray(digit)).build(),
				json("/iris", "{\"sepalLength\":6.3,\"sepalWidth\":2.5,\"petalLength\":4.9,\"petalWidth\":1.5}"),
				json("/v1/embeddings", "{\"model\":\"all-minilm-l6-v2\",\"input\":\"Where is the station?\"}"),
				json("/sentiment", "{\"text\":\"The soup was great.\"}"), json("/drawings", "{\"prompt\":\"seven\"}"),
				json("/v2/models/digits/infer",
						"{\"inputs\":[{\"name\":\"pixels\",\"shape\":[1,8,8],\"datatype\":\"FP32\",\"data\":[" + pixels
								+ "]}]}"),
				request("/v2/models/digits").build(), request("/actuator/prometheus").build(),
				request("/actuator/health/liveness").build());
	}

	private HttpRequest json(String path, String body) {
		return request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)).build();
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create(this.server + path)).timeout(Duration.ofMinutes(1));
	}

}
