package io.modelserving.endpoint.http;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.endpoint.http.SwitchableService.Call;
import io.modelserving.tensor.NamedTensors;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests uploads that have a request on each line, on a real server of two threads.
 */
@EndpointHttpTest
@TestPropertySource(properties = { "model-serving.endpoints.streams.max-streams=3",
		"model-serving.endpoints.streams.send-timeout=500ms", "model-serving.endpoints.body-timeout=500ms" })
@Import(LinesHttpTests.AverageEndpoint.class)
@Timeout(60)
class LinesHttpTests {

	private static final String NDJSON = "application/x-ndjson";

	private final HttpClient client = HttpClient.newBuilder().version(Version.HTTP_1_1).build();

	@Autowired
	private SwitchableService service;

	@LocalServerPort
	private int port;

	@BeforeEach
	void reset() {
		this.service.reset();
	}

	private static String line(float... values) {
		return "{\"values\": %s}\n".formatted(Arrays.toString(values));
	}

	private HttpRequest.Builder post(String body) {
		return post(BodyPublishers.ofString(body));
	}

	private HttpRequest.Builder post(BodyPublisher body) {
		return HttpRequest.newBuilder(URI.create("http://localhost:%d/average".formatted(this.port)))
			.POST(body)
			.header("Content-Type", NDJSON);
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return this.client.send(request.build(), BodyHandlers.ofString());
	}

	@ParameterizedTest
	@EnumSource(Version.class)
	void eachLineHasALineOfTheResponseInTheSameOrder(Version version) throws Exception {
		this.service.mix();
		StringBuilder body = new StringBuilder();
		StringBuilder expected = new StringBuilder();
		for (int i = 0; i < 2000; i++) {
			body.append(line(i, i + 2));
			expected.append("{\"mean\":%s.0}\n".formatted(i + 1));
		}
		HttpClient own = HttpClient.newBuilder().version(version).build();
		// an upgrade to HTTP/2 has no room for a body
		own.send(HttpRequest.newBuilder(URI.create("http://localhost:%d/".formatted(this.port))).build(),
				BodyHandlers.discarding());
		HttpResponse<String> response = own.send(post(body.toString()).build(), BodyHandlers.ofString());
		assertThat(response.version()).isEqualTo(version);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue(NDJSON);
		assertThat(response.body()).isEqualTo(expected.toString());
	}

	@Test
	void blankLinesCarriageReturnsAndAMissingLastLineEndAreFine() throws Exception {
		assertThat(send(post("\n \r\n{\"values\": [1]}\r\n\r\n\t\n{\"values\": [2]}")).body())
			.isEqualTo("{\"mean\":1.0}\n{\"mean\":2.0}\n");
		HttpResponse<String> empty = send(post(""));
		assertThat(empty.statusCode()).isEqualTo(200);
		assertThat(empty.body()).isEmpty();
	}

	@Test
	void aLineThatFailsHasAnErrorAndTheOthersGoOn() throws Exception {
		String longer = "{\"values\": [1], \"padding\": \"%s\"}\n".formatted("x".repeat(120_000));
		List<String> lines = send(post(line(1) + "{\n" + line() + longer + "null\n" + "{\"values\": \"x\"}\n\u0000\n"
				+ line(2) + longer.strip()))
			.body()
			.lines()
			.toList();
		assertThat(lines).hasSize(9);
		assertThat(lines.get(0)).isEqualTo("{\"mean\":1.0}");
		assertThat(lines.get(1)).startsWith("{\"error\":{").contains("\"status\":400", "no valid JSON");
		assertThat(lines.get(2)).startsWith("{\"error\":{").contains("\"status\":422", "values");
		assertThat(lines.get(3)).startsWith("{\"error\":{").contains("\"status\":413", "max-request-size");
		assertThat(lines.get(4)).startsWith("{\"error\":{").contains("\"status\":400");
		assertThat(lines.get(5)).startsWith("{\"error\":{").contains("\"status\":400");
		assertThat(lines.get(6)).startsWith("{\"error\":{").contains("\"status\":400");
		assertThat(lines.get(7)).isEqualTo("{\"mean\":2.0}");
		assertThat(lines.get(8)).contains("\"status\":413");
	}

	@Test
	void resultsArriveWhileTheSenderIsIdle() throws Exception {
		try (Socket socket = open()) {
			BufferedReader response = reader(socket);
			chunk(socket, line(1));
			head(response);
			assertThat(chunkOf(response)).isEqualTo("{\"mean\":1.0}\n");
			this.service.hold();
			chunk(socket, "{\"val");
			chunk(socket, "ues\": [2]}\n" + line(3));
			Call second = this.service.take();
			this.service.take().complete();
			second.complete();
			chunk(socket, "");
			assertThat(rest(response)).isEqualTo("{\"mean\":2.0}\n{\"mean\":3.0}\n");
		}
	}

	@Test
	void onlySoManyLinesAreUnderWayAndTheSenderWaits() throws Exception {
		this.service.hold();
		try (Socket socket = open()) {
			for (int i = 0; i < 100; i++) {
				chunk(socket, line(i));
			}
			List<Call> calls = new ArrayList<>();
			for (int i = 0; i < 64; i++) {
				calls.add(this.service.take());
			}
			assertThat(this.service.requests).hasSize(64);
			calls.remove(0).complete();
			calls.add(this.service.take());
			BufferedReader response = reader(socket);
			head(response);
			assertThat(chunkOf(response)).isEqualTo("{\"mean\":0.0}\n");
			for (int i = 0; i < 35; i++) {
				calls.get(i).complete();
				calls.add(this.service.take());
			}
			assertThat(this.service.requests).hasSize(100);
			chunk(socket, "");
			calls.forEach(Call::complete);
			assertThat(rest(response).lines()).hasSize(99).last().isEqualTo("{\"mean\":99.0}");
		}
	}

	@Test
	void linesThatAreLargeTakeNoMoreTogetherThanARequestMay() throws Exception {
		this.service.hold();
		String large = "{\"values\": [1], \"padding\": \"%s\"}\n".formatted("x".repeat(40_000));
		try (Socket socket = open()) {
			Thread sender = new Thread(() -> {
				try {
					for (int i = 0; i < 10; i++) {
						chunk(socket, large);
					}
				}
				catch (IOException ex) {
					// closed at the end of the test
				}
			});
			sender.start();
			List<Call> calls = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				calls.add(this.service.take());
			}
			assertThat(this.service.requests).hasSize(3);
			calls.get(0).complete();
			this.service.take();
			assertThat(this.service.requests).hasSize(4);
		}
	}

	@Test
	void whenALineIsLateThenItAloneFails() throws Exception {
		this.service.hold();
		HttpRequest.Builder request = post(line(1) + line(2)).header("X-Request-Timeout", "20s");
		var response = this.client.sendAsync(request.build(), BodyHandlers.ofString());
		Call first = this.service.take();
		assertThat(first.request().deadline().timeout()).hasSeconds(20);
		first.answer().completeExceptionally(first.request().deadline().exceeded());
		this.service.take().complete();
		assertThat(response.get(30, TimeUnit.SECONDS).body().lines().toList()).satisfiesExactly(
				(line) -> assertThat(line).contains("\"error\":{", "\"status\":504"),
				(line) -> assertThat(line).isEqualTo("{\"mean\":2.0}"));
	}

	@Test
	void whenTheSenderIsTooSlowThenWhatHasArrivedIsRespondedTo() throws Exception {
		this.service.hold();
		try (Socket socket = open()) {
			chunk(socket, line(1) + "{\"val");
			BufferedReader response = reader(socket);
			this.service.take().complete();
			head(response);
			assertThat(chunkOf(response)).isEqualTo("{\"mean\":1.0}\n");
			assertThat(chunkOf(response)).startsWith("{\"error\":{")
				.contains("\"status\":408", "model-serving.endpoints.body-timeout");
		}
		try (Socket socket = open()) {
			assertThat(reader(socket).readLine()).isEqualTo("HTTP/1.1 408 ");
		}
	}

	@Test
	void whenTheSenderGoesThenItsLinesAreGivenUp() throws Exception {
		this.service.hold();
		Call call;
		try (Socket socket = open()) {
			chunk(socket, line(1));
			call = this.service.take();
		}
		while (!call.answer().isDone()) {
			Thread.onSpinWait();
		}
		assertThat(call.answer()).isCancelled();
	}

	@Test
	void whenTheClientDoesNotReadThenTheUploadEnds() throws Exception {
		try (Socket socket = open()) {
			String many = "{\"values\": [1], \"padding\": \"%s\"}\n".formatted("x".repeat(50_000));
			boolean sending = true;
			while (sending) {
				try {
					chunk(socket, many);
				}
				catch (IOException ex) {
					sending = false;
				}
			}
		}
		assertThat(send(post(line(1))).body()).isEqualTo("{\"mean\":1.0}\n");
	}

	@Test
	void anUploadOfAnyLengthIsTaken() throws Exception {
		byte[] piece = line(1).repeat(1000).getBytes(StandardCharsets.US_ASCII);
		BodyPublisher body = BodyPublishers.ofInputStream(() -> pieces(piece, 20));
		HttpResponse<InputStream> response = this.client.send(post(body).build(), BodyHandlers.ofInputStream());
		try (BufferedReader lines = new BufferedReader(new InputStreamReader(response.body()))) {
			assertThat(lines.lines().filter("{\"mean\":1.0}"::equals).count()).isEqualTo(20_000);
		}
	}

	private static InputStream pieces(byte[] piece, int count) {
		var pieces = IntStream.range(0, count).<InputStream>mapToObj((i) -> new ByteArrayInputStream(piece)).iterator();
		return new SequenceInputStream(new Enumeration<>() {

			@Override
			public boolean hasMoreElements() {
				return pieces.hasNext();
			}

			@Override
			public InputStream nextElement() {
				return pieces.next();
			}

		});
	}

	@Test
	void whenTooManyAreOpenThen503() throws Exception {
		List<Socket> open = new ArrayList<>();
		this.service.hold();
		try {
			for (int i = 0; i < 3; i++) {
				open.add(open());
				chunk(open.get(i), line(i));
				this.service.take();
			}
			assertThat(send(post(line(1))).statusCode()).isEqualTo(503);
		}
		finally {
			for (Socket socket : open) {
				socket.close();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json", "text/event-stream" })
	void whenOnlyOtherFormatsAreAcceptedThen406(String accept) throws Exception {
		HttpResponse<String> response = send(post(line(1)).header("Accept", accept));
		assertThat(response.statusCode()).isEqualTo(406);
		assertThat(response.body()).contains(NDJSON);
	}

	@Test
	void whenTheBodyIsCompressedThen415() throws Exception {
		HttpResponse<String> response = send(post(line(1)).header("Content-Encoding", "gzip"));
		assertThat(response.statusCode()).isEqualTo(415);
		assertThat(response.body()).contains("Content-Encoding");
	}

	@Test
	void aKeptConnectionServesTheNextRequest() throws Exception {
		try (Socket socket = open()) {
			BufferedReader response = reader(socket);
			for (int i = 0; i < 3; i++) {
				chunk(socket, line(1) + line(2));
				chunk(socket, "");
				head(response);
				for (String line = response.readLine(); !line.equals("0"); line = response.readLine()) {
					assertThat(line).doesNotContain("error");
				}
				response.readLine();
				if (i < 2) {
					begin(socket);
				}
			}
		}
	}

	record Values(@Size(min = 1, max = 4) float[] values, @Nullable String padding) {
	}

	@JsonInclude(JsonInclude.Include.NON_NULL)
	record Average(float mean, @Nullable String padding) {
	}

	@ModelEndpoint(path = "/average", model = "echo")
	static class AverageEndpoint implements ModelHandler<Values, Average> {

		@Override
		public NamedTensors encode(Values request) {
			return TestHandlers.inputs(request.values());
		}

		@Override
		public Average decode(Values request, NamedTensors outputs) {
			float sum = 0;
			for (float value : outputs.numeric("y").toFloats()) {
				sum += value;
			}
			return new Average(sum / request.values().length, request.padding());
		}

	}

	private Socket open() throws IOException {
		Socket socket = new Socket("localhost", this.port);
		begin(socket);
		return socket;
	}

	private static void begin(Socket socket) throws IOException {
		write(socket,
				"POST /average HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n");
	}

	private static void chunk(Socket socket, String text) throws IOException {
		write(socket, "%x\r\n%s\r\n".formatted(text.length(), text));
	}

	private static void write(Socket socket, String text) throws IOException {
		OutputStream output = socket.getOutputStream();
		output.write(text.getBytes(StandardCharsets.US_ASCII));
		output.flush();
	}

	private static BufferedReader reader(Socket socket) throws IOException {
		return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
	}

	private static void head(BufferedReader response) throws IOException {
		assertThat(response.readLine()).isEqualTo("HTTP/1.1 200 ");
		while (!response.readLine().isEmpty()) {
			// headers
		}
	}

	private static String rest(BufferedReader response) throws IOException {
		StringBuilder all = new StringBuilder();
		for (String chunk = chunkOf(response); !chunk.isEmpty(); chunk = chunkOf(response)) {
			all.append(chunk);
		}
		return all.toString();
	}

	private static String chunkOf(BufferedReader response) throws IOException {
		char[] text = new char[Integer.parseInt(response.readLine(), 16)];
		for (int read = 0; read < text.length; read += response.read(text, read, text.length - read)) {
			// the rest
		}
		response.readLine();
		return new String(text);
	}

}
