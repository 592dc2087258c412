package io.modelserving.openinference.http;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.openinference.FakeModels;
import io.modelserving.tensor.NamedTensors;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the time in which a body arrives counts.
 */
@OpenInferenceHttpTest
class BodyTimeHttpTests {

	private static final Duration PAUSE = Duration.ofMillis(30);

	private final FakeModels models;

	private final int port;

	BodyTimeHttpTests(@Autowired FakeModels models, @LocalServerPort int port) {
		this.models = models;
		this.port = port;
	}

	@Test
	void theTimeOfACallBeginsWhenItsHeadersAreThere() throws Exception {
		CompletableFuture<Duration> elapsed = new CompletableFuture<>();
		this.models.reset();
		this.models.add(new ModelKey("echo", 1), new ModelSignature(List.of(), List.of()), NamedTensors.of(Map.of()));
		this.models.answer((request) -> {
			elapsed.complete(Duration.ofNanos(System.nanoTime() - request.deadline().arrival()));
			return CompletableFuture.failedFuture(new DeadlineExceeded("late"));
		});
		byte[] body = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"INT64\",\"data\":[1]}]}"
			.getBytes(StandardCharsets.UTF_8);
		try (Socket socket = new Socket("localhost", this.port)) {
			socket.setSoTimeout(30_000);
			OutputStream out = socket.getOutputStream();
			out.write(
					"POST /v2/models/echo/infer HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
						.formatted(body.length)
						.getBytes(StandardCharsets.UTF_8));
			BufferedReader in = new BufferedReader(
					new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
			assertThat(in.readLine()).startsWith("HTTP/1.1 100");
			long headersSeen = System.nanoTime();
			out.write(body, 0, 10);
			while (System.nanoTime() - headersSeen < 2 * PAUSE.toNanos()) {
				Thread.onSpinWait();
			}
			out.write(body, 10, body.length - 10);
			assertThat(in.lines()).anyMatch((line) -> line.startsWith("HTTP/1.1 504"));
		}
		assertThat(elapsed.get(30, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(PAUSE);
	}

}
