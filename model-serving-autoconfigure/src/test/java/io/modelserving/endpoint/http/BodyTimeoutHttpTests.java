package io.modelserving.endpoint.http;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what senders get whose bodies take too long.
 */
@EndpointHttpTest
@TestPropertySource(properties = { "model-serving.endpoints.body-timeout=100ms",
		"model-serving.open-inference.body-timeout=200ms" })
class BodyTimeoutHttpTests {

	private static final int PATIENCE_MILLIS = 30_000;

	@LocalServerPort
	private int port;

	@ParameterizedTest
	@CsvSource({ "/mean, Content-Length: 100, application/problem+json, within 100 ms (model-serving.endpoints",
			"/mean, Transfer-Encoding: chunked, application/problem+json, within 100 ms (model-serving.endpoints",
			"/v2/models/echo/infer, Content-Length: 100, application/json, within 200 ms (model-serving.open-inference",
			"/v2/repository/index, Content-Length: 100, application/json, within 200 ms (model-serving.open-inference" })
	void whenTheBodyDoesNotArriveInTimeThenTheSenderGets408(String path, String header, String type, String message)
			throws IOException {
		try (Socket socket = new Socket("localhost", this.port)) {
			socket.setSoTimeout(PATIENCE_MILLIS);
			socket.getOutputStream()
				.write("POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n%s\r\n\r\n"
					.formatted(path, header)
					.getBytes(StandardCharsets.US_ASCII));
			String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
			assertThat(answer).startsWith("HTTP/1.1 408").contains("Content-Type: " + type, message);
		}
	}

}
