package io.modelserving.endpoint.http;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import io.modelserving.serving.stream.StreamClosedException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what becomes of a stream when its server ends.
 */
@Timeout(120)
class StreamDrainHttpTests {

	@ParameterizedTest
	@ValueSource(strings = { "--spring.lifecycle.timeout-per-shutdown-phase=2s", "--server.shutdown=immediate" })
	void whenTheServerEndsThenAnOpenStreamEndsWithAnError(String argument) throws Exception {
		ConfigurableApplicationContext application = start(argument);
		SwitchableService service = application.getBean(SwitchableService.class);
		CountEndpoint endpoint = application.getBean(CountEndpoint.class);
		service.hold();
		HttpResponse<InputStream> response = open(application, service, 5);
		SwitchableService.Call second = service.take();
		CompletableFuture<Void> closing = CompletableFuture.runAsync(application::close);
		List<String> lines = lines(response);
		assertThat(lines).hasSize(5).startsWith("data: {\"step\":1,\"text\":\"\"}", "", "event: error");
		assertThat(lines.get(3)).contains("\"status\":503", "the application is shutting down");
		closing.get(60, TimeUnit.SECONDS);
		assertThat(second.answer()).isCancelled();
		assertThat(endpoint.ended().failure()).isInstanceOf(StreamClosedException.class);
	}

	@Test
	void whenAStreamIsDoneInTimeThenItIsComplete() throws Exception {
		ConfigurableApplicationContext application = start("--spring.lifecycle.timeout-per-shutdown-phase=60s");
		SwitchableService service = application.getBean(SwitchableService.class);
		service.hold();
		HttpResponse<InputStream> response = open(application, service, 2);
		SwitchableService.Call second = service.take();
		CompletableFuture<Void> closing = CompletableFuture.runAsync(application::close);
		// models are there until the servers have stopped
		second.complete();
		assertThat(lines(response)).contains("event: end").doesNotContain("event: error");
		closing.get(60, TimeUnit.SECONDS);
	}

	private static ConfigurableApplicationContext start(String argument) {
		return new SpringApplicationBuilder(EndpointTestApplication.class, CountEndpoint.class).run("--server.port=0",
				"--model-serving.endpoints.example-check=off", argument);
	}

	private static HttpResponse<InputStream> open(ConfigurableApplicationContext application, SwitchableService service,
			int steps) throws Exception {
		String port = application.getEnvironment().getProperty("local.server.port");
		CompletableFuture<HttpResponse<InputStream>> response = HttpClient.newHttpClient()
			.sendAsync(HttpRequest.newBuilder(URI.create("http://localhost:%s/count?steps=%d".formatted(port, steps)))
				.build(), BodyHandlers.ofInputStream());
		service.take().complete();
		return response.get(30, TimeUnit.SECONDS);
	}

	private static List<String> lines(HttpResponse<InputStream> response) {
		return new BufferedReader(new InputStreamReader(response.body())).lines().toList();
	}

}
