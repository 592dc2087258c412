package io.modelserving.endpoint.http;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that senders who do not go on take no threads of the server, of which there are
 * two.
 */
@EndpointHttpTest
class SlowSendersHttpTests {

	private static final int SENDERS = 5;

	private static final int PATIENCE_MILLIS = 30_000;

	@LocalServerPort
	private int port;

	private final List<Socket> sockets = new ArrayList<>();

	@AfterEach
	void close() throws IOException {
		for (Socket socket : this.sockets) {
			socket.close();
		}
	}

	static Stream<String> heads() {
		String length = "Content-Length: 1000";
		String chunked = "Transfer-Encoding: chunked";
		String json = "Content-Type: application/json";
		return Stream.of(head("POST /mean", json, length), head("POST /mean", json, chunked),
				head("POST /brightness", "Content-Type: image/png", length),
				head("POST /brightness", "Content-Type: multipart/form-data; boundary=x", length),
				head("POST /brightness", "Content-Type: multipart/form-data; boundary=x", chunked),
				head("POST /brightness", "Content-Type: multipart/mixed; boundary=x", length),
				head("POST /brightness", "Content-Type: multipart/form-data; boundary=x", "Content-Length: 90000000"),
				head("POST /mean", "Content-Type: multipart/form-data; boundary=x", length),
				head("POST /v2/models/echo/infer", "Content-Type: multipart/form-data; boundary=x", length),
				head("POST /mean", "Content-Type: text/plain", length),
				head("POST /mean", json, "Content-Length: 10000000"), head("PUT /mean", json, length),
				head("POST /v2/models/echo/infer", length), head("POST /v2/models/echo/infer", chunked),
				head("POST /v2/models/echo/infer", length, "Inference-Header-Content-Length: 0"),
				head("POST /v2/models/echo/infer", length, "Content-Encoding: gzip"),
				head("POST /v2/models/unknown/infer", length), head("POST /v2/repository/index", length),
				head("POST /v2/repository/models/echo/load", chunked), head("GET /v2/health/live", length),
				head("PUT /v2/models/echo", length), head("POST /v2/nothing", length), head("POST /nothing", length),
				head("POST /actuator/health/liveness", length));
	}

	private static String head(String line, String... headers) {
		return line + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
	}

	@ParameterizedTest
	@MethodSource("heads")
	void whenBodiesDoNotGoOnThenProbesAndOtherRequestsAreAnswered(String head) throws IOException {
		for (int i = 0; i < SENDERS; i++) {
			send(head + (head.contains("chunked") ? "5\r\n{\"inp\r\n" : "{\"inp"));
		}
		assertThat(ask("GET /actuator/health/liveness", "")).startsWith("HTTP/1.1 200");
		assertThat(ask("POST /mean", "{\"values\": [1, 2]}")).startsWith("HTTP/1.1 200").contains("1.5");
	}

	@Test
	void whenTheRestArrivesThenTheRequestIsAnswered() throws IOException {
		Socket socket = send(
				head("POST /mean", "Content-Type: application/json", "Content-Length: 18", "Connection: close"));
		for (String part : List.of("{\"val", "ues\"", ": [1, 3]}")) {
			assertThat(ask("GET /actuator/health/liveness", "")).startsWith("HTTP/1.1 200");
			socket.getOutputStream().write(part.getBytes(StandardCharsets.US_ASCII));
		}
		assertThat(answer(socket)).startsWith("HTTP/1.1 200").contains("2.0");
	}

	@Test
	void whenTheRestOfAFormArrivesThenTheRequestIsAnswered() throws IOException {
		ByteArrayOutputStream form = new ByteArrayOutputStream();
		form.writeBytes(
				"--x\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
		ImageIO.write(new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB), "png", form);
		form.writeBytes("\r\n--x--\r\n".getBytes(StandardCharsets.US_ASCII));
		Socket socket = send(head("POST /brightness", "Content-Type: multipart/form-data; boundary=x",
				"Content-Length: " + form.size(), "Connection: close"));
		socket.getOutputStream().write(form.toByteArray(), 0, 90);
		assertThat(ask("GET /actuator/health/liveness", "")).startsWith("HTTP/1.1 200");
		socket.getOutputStream().write(form.toByteArray(), 90, form.size() - 90);
		assertThat(answer(socket)).startsWith("HTTP/1.1 200");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Content-Length: 10485761", "Transfer-Encoding: chunked" })
	void whenAFormIsTooLargeThenItIsRejected(String length) throws IOException {
		Socket socket = send(
				head("POST /brightness", "Content-Type: multipart/form-data; boundary=x", length, "Connection: close"));
		if (length.endsWith("chunked")) {
			socket.getOutputStream()
				.write(("A00001\r\n" + "x".repeat(0xA00001) + "\r\n0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
		}
		String status = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
		assertThat(status).isEqualTo("HTTP/1.1 413");
	}

	private String ask(String line, String body) throws IOException {
		return answer(send(
				head(line, "Content-Type: application/json", "Connection: close", "Content-Length: " + body.length())
						+ body));
	}

	private Socket send(String request) throws IOException {
		Socket socket = new Socket("localhost", this.port);
		this.sockets.add(socket);
		socket.setSoTimeout(PATIENCE_MILLIS);
		socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
		return socket;
	}

	private static String answer(Socket socket) throws IOException {
		return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
	}

}
