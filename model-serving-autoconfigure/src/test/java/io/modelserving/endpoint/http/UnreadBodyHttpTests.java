package io.modelserving.endpoint.http;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.web.server.GracefulShutdownResult;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what follows on answers that are sent before the bodies of their requests.
 */
@EndpointHttpTest
class UnreadBodyHttpTests {

	private static final int PATIENCE_MILLIS = 30_000;

	private static final String PROBE = "GET /actuator/health/liveness HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

	@LocalServerPort
	private int port;

	@ParameterizedTest
	@CsvSource({ "PUT /v2/models/echo, 1000", "POST /v2/nothing, 1000", "POST /nothing, 1000",
			"POST /v2/nothing, 1000000" })
	void whenTheRestOfTheBodyFollowsThenTheConnectionIsKept(String line, int length) throws IOException {
		try (Socket socket = send(this.port, line, length)) {
			String status = status(socket);
			socket.getOutputStream().write(("x".repeat(length - 5) + PROBE).getBytes(StandardCharsets.US_ASCII));
			String rest = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
			assertThat(status).startsWith("HTTP/1.1 40");
			assertThat(rest).contains("HTTP/1.1 200");
		}
	}

	@Test
	void whenClientsLeaveAfterTheirAnswersThenTheServerShutsDownAtOnce() throws Exception {
		try (ServletWebServerApplicationContext context = (ServletWebServerApplicationContext) new SpringApplicationBuilder(
				EndpointTestApplication.class)
			.run("--server.port=0", "--spring.main.banner-mode=off", "--spring.main.register-shutdown-hook=false")) {
			WebServer server = context.getWebServer();
			assertThat(server).isNotNull();
			for (String line : new String[] { "POST /mean", "PUT /mean", "POST /nothing", "POST /v2/nothing",
					"PUT /v2/models/echo", "POST /v2/models/unknown/infer", "POST /v2/models/echo/infer" }) {
				try (Socket socket = send(server.getPort(), line, 100_000_000)) {
					assertThat(status(socket)).startsWith("HTTP/1.1 4");
				}
			}
			CompletableFuture<GracefulShutdownResult> result = new CompletableFuture<>();
			server.shutDownGracefully(result::complete);
			assertThat(result.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(GracefulShutdownResult.IDLE);
		}
	}

	private static Socket send(int port, String line, int length) throws IOException {
		Socket socket = new Socket("localhost", port);
		socket.setSoTimeout(PATIENCE_MILLIS);
		socket.getOutputStream()
			.write((line + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: " + length
					+ "\r\n\r\n{\"inp")
				.getBytes(StandardCharsets.US_ASCII));
		return socket;
	}

	private static String status(Socket socket) throws IOException {
		return new String(socket.getInputStream().readNBytes("HTTP/1.1 404".length()), StandardCharsets.US_ASCII);
	}

}
