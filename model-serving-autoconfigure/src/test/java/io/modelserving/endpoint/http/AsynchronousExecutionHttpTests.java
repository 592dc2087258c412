package io.modelserving.endpoint.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that requests which are executed asynchronously take no threads.
 */
@EndpointHttpTest
@TestPropertySource(properties = "model-serving.web.execution=asynchronous")
class AsynchronousExecutionHttpTests {

	@Autowired
	private RestTestClient client;

	@Autowired
	private SwitchableService service;

	@LocalServerPort
	private int port;

	@BeforeEach
	void resetService() {
		this.service.reset();
	}

	@Test
	void whenManyRequestsWaitThenServerStillAnswersOthers() throws Exception {
		this.service.hold();
		HttpClient http = HttpClient.newHttpClient();
		List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			waiting.add(http.sendAsync(request("/mean", "{\"values\": [%d]}".formatted(i)), BodyHandlers.ofString()));
		}
		List<SwitchableService.Call> calls = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			calls.add(this.service.take());
		}
		this.client.get().uri("/actuator/health/liveness").exchange().expectStatus().isOk();
		assertThat(waiting).noneMatch(CompletableFuture::isDone);
		calls.forEach(SwitchableService.Call::complete);
		for (int i = 0; i < 20; i++) {
			assertThat(waiting.get(i).get(30, TimeUnit.SECONDS).body())
				.isEqualTo("{\"mean\":%d.0,\"unit\":null}".formatted(i));
		}
	}

	private HttpRequest request(String path, String body) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body))
			.build();
	}

	@Test
	void whenClientResetsItsStreamThenCallIsCancelled() throws Exception {
		HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
		assertThat(http.send(request("/mean", "{\"values\": [1]}"), BodyHandlers.ofString()).version())
			.isEqualTo(HttpClient.Version.HTTP_2);
		this.service.hold();
		CompletableFuture<HttpResponse<String>> waiting = http.sendAsync(request("/mean", "{\"values\": [1]}"),
				BodyHandlers.ofString());
		CompletableFuture<?> answer = this.service.take().answer();
		waiting.cancel(true);
		assertThat(answer.handle((result, failure) -> answer.isCancelled()).get(30, TimeUnit.SECONDS)).isTrue();
	}

}
