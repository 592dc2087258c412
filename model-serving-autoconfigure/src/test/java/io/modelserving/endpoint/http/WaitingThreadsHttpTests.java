package io.modelserving.endpoint.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that 64 callers who wait for models leave a thread for probes and controllers, of
 * four that there are.
 */
@EndpointHttpTest
@TestPropertySource(properties = "server.tomcat.threads.max=4")
class WaitingThreadsHttpTests {

	private static final int CALLERS = 64;

	private static final int WAITING = 3;

	private final HttpClient client = HttpClient.newHttpClient();

	@Autowired
	private SwitchableService service;

	@LocalServerPort
	private int port;

	@Test
	void whenThreadsWaitForModelsThenProbesGetTheRest() throws Exception {
		this.service.hold();
		List<CompletableFuture<HttpResponse<String>>> waiting = callers(WAITING).toList();
		List<SwitchableService.Call> calls = List.of(this.service.take(), this.service.take(), this.service.take());
		for (CompletableFuture<HttpResponse<String>> caller : callers(CALLERS - WAITING).toList()) {
			HttpResponse<String> response = caller.get(30, TimeUnit.SECONDS);
			assertThat(response.statusCode()).isEqualTo(429);
			assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
			assertThat(response.body()).contains("all of the 3 threads that may wait for models do");
			assertThat(probe()).isEqualTo(200);
		}
		calls.forEach(SwitchableService.Call::complete);
		for (CompletableFuture<HttpResponse<String>> caller : waiting) {
			assertThat(caller.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
		}
		this.service.reset();
		// a thread is free again shortly after its response has arrived
		assertThat(Stream.generate(() -> callers(1).findFirst().orElseThrow().join().statusCode())
			.limit(1000)
			.anyMatch((status) -> status == 200)).isTrue();
	}

	/** Half of them call a typed endpoint, and half the protocol. */
	private Stream<CompletableFuture<HttpResponse<String>>> callers(int number) {
		return IntStream.range(0, number)
			.mapToObj((i) -> (i % 2 == 0) ? call("/mean", "{\"values\": [1, 2]}")
					: call("/v2/models/echo/infer", "{\"inputs\": [{\"name\": \"x\", \"datatype\": \"FP32\","
							+ " \"shape\": [1, 1], \"data\": [1]}]}"));
	}

	private CompletableFuture<HttpResponse<String>> call(String path, String body) {
		HttpRequest request = request(path).header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body))
			.build();
		return this.client.sendAsync(request, BodyHandlers.ofString());
	}

	private int probe() throws Exception {
		return this.client.send(request("/actuator/health/liveness").build(), BodyHandlers.discarding()).statusCode();
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:%d%s".formatted(this.port, path)))
			.version(HttpClient.Version.HTTP_1_1);
	}

}
