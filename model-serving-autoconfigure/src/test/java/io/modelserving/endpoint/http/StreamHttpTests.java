package io.modelserving.endpoint.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.micrometer.metrics.test.autoconfigure.AutoConfigureMetrics;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;

import io.modelserving.endpoint.http.CountEndpoint.Ended;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.serving.stream.StreamClosedException;
import io.modelserving.serving.stream.StreamOutcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests streams on a real server of two threads.
 */
@EndpointHttpTest
@AutoConfigureMetrics
@Import(CountEndpoint.class)
@TestPropertySource(properties = { "model-serving.endpoints.streams.max-streams=5",
		"model-serving.endpoints.streams.send-timeout=200ms" })
@Timeout(120)
class StreamHttpTests {

	private static final String SSE = "text/event-stream";

	private static final String NDJSON = "application/x-ndjson";

	private static final String JSON = "application/json";

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	@Autowired
	private SwitchableService service;

	@Autowired
	private CountEndpoint endpoint;

	@LocalServerPort
	private int port;

	@BeforeEach
	void reset() {
		this.service.reset();
		this.endpoint.reset();
	}

	@Test
	void whenEventsAreMadeThenEachArrivesBeforeTheNextIsMade() throws Exception {
		this.service.hold();
		HttpResponse<InputStream> response = openAndTakeFirst("{\"steps\": 2, \"text\": \"a\\nb\"}");
		BufferedReader lines = lines(response);
		assertThat(lines.readLine()).isEqualTo("data: {\"step\":1,\"text\":\"a\\nb\"}");
		assertThat(lines.readLine()).isEmpty();
		this.service.take().complete();
		assertThat(lines.lines()).containsExactly("data: {\"step\":2,\"text\":\"a\\nb\"}", "", "event: end", "data: {}",
				"");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue(SSE);
		assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
		assertThat(response.headers().firstValue("X-Accel-Buffering")).hasValue("no");
	}

	/** The headers arrive with the first event. */
	private HttpResponse<InputStream> openAndTakeFirst(String body) throws Exception {
		CompletableFuture<HttpResponse<InputStream>> response = this.client.sendAsync(post(SSE, body),
				BodyHandlers.ofInputStream());
		this.service.take().complete();
		return response.get(30, TimeUnit.SECONDS);
	}

	@Test
	void whenLinesAreAcceptedThenEachEventIsALine() throws Exception {
		assertThat(send(NDJSON, "{\"steps\": 2}").body())
			.isEqualTo("{\"step\":1,\"text\":\"\"}\n{\"step\":2,\"text\":\"\"}\n");
	}

	@Test
	void whenOnlyJsonIsAcceptedThenAllEventsAreOneArray() throws Exception {
		HttpResponse<String> response = send(JSON, "{\"steps\": 2}");
		assertThat(response.body()).isEqualTo("[{\"step\":1,\"text\":\"\"},{\"step\":2,\"text\":\"\"}]");
		assertThat(response.headers().firstValue("Content-Type")).hasValue(JSON);
	}

	@Test
	void whenAnyMediaTypeIsAcceptedThenServerSentEvents() throws Exception {
		assertThat(send("*/*", "{\"steps\": 1}").headers().firstValue("Content-Type")).hasValue(SSE);
	}

	@Test
	void whenNoneIsAcceptedThen406() throws Exception {
		HttpResponse<String> response = send("image/png", "{\"steps\": 1}");
		assertThat(response.statusCode()).isEqualTo(406);
		assertThat(response.body()).contains(SSE, NDJSON, JSON);
	}

	@Test
	void whenRequestIsAQueryThenItIsServedAsTheSameInJson() throws Exception {
		assertThat(get("?steps=2&text=x&other=1").body()).isEqualTo("""
				data: {"step":1,"text":"x"}

				data: {"step":2,"text":"x"}

				event: end
				data: {}

				""");
	}

	@ParameterizedTest
	@CsvSource({ "?steps=0, 422, must be greater than or equal to 1", "?text=x, 4, steps",
			"?steps=x, 400, is not a whole number in the range of 32 bits",
			"?steps=1&steps=2, 400, query parameter \"steps\" is there 2 times",
			"?steps=1e99999999, 400, is not a whole number", "?steps=99999999999, 400, is not a whole number" })
	void whenQueryIsInvalidThenProblem(String query, String status, String message) throws Exception {
		HttpResponse<String> response = get(query);
		assertThat(String.valueOf(response.statusCode())).startsWith(status);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(response.body().replace("\\\"", "\"")).contains(message);
		assertThat(this.service.requests).isEmpty();
	}

	@Test
	void whenBodyIsInvalidThenProblemBeforeTheStream() throws Exception {
		assertProblem(send(SSE, "{\"steps\": 0}"), 422, "steps");
		assertProblem(send(SSE, "{"), 400, "no valid JSON");
		assertProblem(send(SSE, "{\"steps\": 1, \"text\": \"reject\"}"), 400, "text: I do not like it");
	}

	@Test
	void whenMethodIsAnotherThenBothAreNamed() throws Exception {
		HttpResponse<String> response = this.client
			.send(HttpRequest.newBuilder(uri("")).PUT(BodyPublishers.ofString("{}")).build(), BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(405);
		assertThat(response.headers().firstValue("Allow")).hasValue("GET, POST");
	}

	@ParameterizedTest
	@ValueSource(strings = { SSE, NDJSON, JSON })
	void whenModelFailsBeforeTheFirstEventThenOrdinaryProblem(String accept) throws Exception {
		this.service.fail(new Overloaded("the queue is full", Duration.ofSeconds(3)));
		HttpResponse<String> response = send(accept, "{\"steps\": 1}");
		assertProblem(response, 429, "the queue is full");
		assertThat(response.headers().firstValue("Retry-After")).hasValue("3");
	}

	@Test
	void whenHandlerFailsBeforeTheFirstEventThen500WithoutItsSecrets() throws Exception {
		assertProblem(send(SSE, "{\"steps\": 1, \"text\": \"bug\"}"), 500, "it is in the log with id");
		assertProblem(send(JSON, "{\"steps\": 1, \"text\": \"late bug\"}"), 500, "it is in the log with id");
	}

	@ParameterizedTest
	@ValueSource(strings = { "late bug", "null" })
	void whenHandlerFailsAfterTheFirstEventThenTheLastEventIsAProblem(String text) throws Exception {
		String body = "{\"steps\": 3, \"text\": \"%s\"}".formatted(text);
		HttpResponse<String> events = send(SSE, body);
		assertThat(events.statusCode()).isEqualTo(200);
		assertThat(events.body().lines().toList()).hasSize(5)
			.startsWith("data: {\"step\":1,\"text\":\"%s\"}".formatted(text), "", "event: error")
			.element(3)
			.asString()
			.startsWith("data: {\"type\":\"about:blank\",\"title\":\"Internal Server Error\",\"status\":500,")
			.contains("\"instance\":\"/count\"", "errorId")
			.doesNotContain("secret");
		assertThat(send(NDJSON, body).body().lines().toList()).hasSize(2)
			.element(1)
			.asString()
			.startsWith("{\"error\":{\"type\":\"about:blank\"")
			.endsWith("}}");
	}

	@Test
	void whenModelFailsAfterTheFirstEventThenTheLastEventIsAProblem() throws Exception {
		this.service.hold();
		BufferedReader lines = lines(openAndTakeFirst("{\"steps\": 2}"));
		assertThat(lines.readLine()).startsWith("data: {\"step\":1");
		this.service.take().answer().completeExceptionally(new ExecutionFailed("model echo failed", null));
		assertThat(lines.lines().toList()).contains("event: error").anyMatch((line) -> line.contains("\"status\":500"));
		assertThat(this.endpoint.ended().failure()).isInstanceOf(ExecutionFailed.class);
	}

	@Test
	void whenModelDoesNotTakeTheInputsThenTheHandlerIsToBlame() throws Exception {
		this.service.fail(new InvalidInput("input \"x\" is missing"));
		assertProblem(send(SSE, "{\"steps\": 1}"), 500, "it is in the log with id");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whenClientLeavesThenHandlerAndModelCallAreStopped(boolean reset) throws Exception {
		this.service.hold();
		CompletableFuture<?> second;
		try (Socket socket = connect("{\"steps\": 5}")) {
			this.service.take().complete();
			assertThat(reader(socket).lines().anyMatch((line) -> line.contains("\"step\":1"))).isTrue();
			second = this.service.take().answer();
			if (reset) {
				socket.setSoLinger(true, 0);
			}
		}
		assertClosed(StreamOutcome.CLIENT_DISCONNECT);
		assertThat(second).isCancelled();
	}

	@Test
	void whenClientLeavesThenHandlerThatWaitsForSomethingElseIsInterrupted() throws Exception {
		try (Socket socket = connect("{\"steps\": 5, \"text\": \"sleep\"}")) {
			socket.setSoLinger(true, 0);
		}
		assertThat(this.endpoint.ended().failure()).isInstanceOf(InterruptedException.class);
	}

	@Test
	void whenClientResetsItsHttp2StreamThenHandlerAndModelCallAreStopped() throws Exception {
		HttpClient http2 = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
		assertThat(http2.send(post(SSE, "{\"steps\": 1}"), BodyHandlers.ofString()).version())
			.isEqualTo(HttpClient.Version.HTTP_2);
		this.endpoint.ended();
		this.service.hold();
		CompletableFuture<?> waiting = http2.sendAsync(post(SSE, "{\"steps\": 2}"), BodyHandlers.ofString());
		CompletableFuture<?> call = this.service.take().answer();
		waiting.cancel(true);
		assertClosed(StreamOutcome.CLIENT_DISCONNECT);
		assertThat(call).isCancelled();
	}

	@Test
	void whenClientReadsTooSlowlyThenStreamEndsAndConnectionIsClosed() throws Exception {
		String text = "x".repeat(50_000);
		try (Socket socket = connect("{\"steps\": 100000, \"text\": \"%s\"}".formatted(text))) {
			assertClosed(StreamOutcome.SLOW_CLIENT);
			assertThat(readAll(socket)).as("not taken for complete")
				.doesNotContain("event: end")
				.doesNotEndWith("0\r\n\r\n");
		}
	}

	private static String readAll(Socket socket) {
		StringBuilder all = new StringBuilder();
		try {
			byte[] bytes = new byte[1 << 16];
			for (int read = 0; read >= 0; read = socket.getInputStream().read(bytes)) {
				all.append(new String(bytes, 0, read, StandardCharsets.US_ASCII));
			}
		}
		catch (IOException ex) {
			// reset
		}
		return all.toString();
	}

	@Test
	void whenDeadlinePassesBeforeTheFirstEventThen504() throws Exception {
		this.service.hold();
		HttpRequest request = HttpRequest.newBuilder(post(SSE, "{\"steps\": 1}"), (name, value) -> true)
			.header("X-Request-Timeout", "300ms")
			.build();
		assertProblem(this.client.send(request, BodyHandlers.ofString()), 504, "within its time of 300 ms");
		assertThat(this.service.take().answer()).isCancelled();
		assertClosed(StreamOutcome.DEADLINE_EXCEEDED);
	}

	@Test
	void whenDeadlinePassesAfterTheFirstEventThenTheLastEventSaysSo() throws Exception {
		HttpRequest request = HttpRequest
			.newBuilder(post(SSE, "{\"steps\": 5, \"text\": \"late sleep\"}"), (name, value) -> true)
			.header("X-Request-Timeout", "2s")
			.build();
		assertThat(this.client.send(request, BodyHandlers.ofString()).body()).startsWith("data: {\"step\":1")
			.contains("event: error\ndata: {", "\"status\":504");
		assertThat(this.service.requests).hasSize(1).allSatisfy((call) -> {
			assertThat(call.deadline().isNone()).isFalse();
			assertThat(call.deadline().timeout()).isLessThanOrEqualTo(Duration.ofSeconds(2));
		});
	}

	@Test
	void whenAllStreamsAreOpenThenAnotherGets503AndOtherRequestsAreServed() throws Exception {
		this.service.hold();
		List<CompletableFuture<HttpResponse<String>>> open = new ArrayList<>();
		List<SwitchableService.Call> calls = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			open.add(this.client.sendAsync(post(SSE, "{\"steps\": 1}"), BodyHandlers.ofString()));
			calls.add(this.service.take());
		}
		HttpResponse<String> response = send(SSE, "{\"steps\": 1}");
		assertProblem(response, 503, "all of the 5 streams that may be open are");
		assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
		assertThat(this.client
			.send(HttpRequest
				.newBuilder(URI.create("http://localhost:%d/actuator/health/liveness".formatted(this.port)))
				.build(), BodyHandlers.ofString())
			.statusCode()).isEqualTo(200);
		calls.forEach(SwitchableService.Call::complete);
		for (CompletableFuture<HttpResponse<String>> stream : open) {
			assertThat(stream.get(30, TimeUnit.SECONDS).body()).contains("event: end");
		}
	}

	@Test
	void whenConnectionIsKeptThenTheNextRequestOnItIsServed() throws Exception {
		try (Socket socket = connect("{\"steps\": 1}")) {
			write(socket, "{\"steps\": 1}");
			BufferedReader reader = reader(socket);
			for (int i = 0; i < 2; i++) {
				assertThat(reader.readLine()).isEqualTo("HTTP/1.1 200 ");
				String line = reader.readLine();
				while (!line.equals("0")) {
					line = reader.readLine();
				}
				assertThat(reader.readLine()).isEmpty();
			}
		}
	}

	@Test
	void whenRequestIsObservedThenSoIsTheHandler() throws Exception {
		assertThat(send(NDJSON, "{\"steps\": 1, \"text\": \"observed\"}").body())
			.isEqualTo("{\"step\":1,\"text\":\"http.server.requests\"}\n");
	}

	@Test
	void whenStreamsHaveEndedThenMetersSaySo(@Autowired MeterRegistry meters) throws Exception {
		double events = (send(NDJSON, "{\"steps\": 1}") != null) ? count(meters) : 0;
		send(NDJSON, "{\"steps\": 3}");
		assertThat(count(meters)).isEqualTo(events + 3);
		assertThat(meters.get("model.serving.streams").tags("endpoint", "/count", "outcome", "success").timer().count())
			.isGreaterThan(0);
	}

	private static double count(MeterRegistry meters) {
		return meters.get("model.serving.streams.events").tag("endpoint", "/count").counter().count();
	}

	@Test
	void whenDocumentIsReadThenItSaysWhatTheEventsAre() throws Exception {
		JsonNode document = new JsonMapper().readTree(
				this.client
					.send(HttpRequest.newBuilder(URI.create("http://localhost:%d/v3/api-docs".formatted(this.port)))
						.build(), BodyHandlers.ofString())
					.body());
		JsonNode path = document.at("/paths/~1count");
		for (String method : List.of("post", "get")) {
			JsonNode content = path.path(method).at("/responses/200/content");
			assertThat(content.propertyNames()).containsExactly(SSE, NDJSON, JSON);
			assertThat(content.path(SSE).at("/schema/$ref").stringValue()).isEqualTo("#/components/schemas/Step");
			assertThat(content.path(JSON).at("/schema/items/$ref").stringValue())
				.isEqualTo("#/components/schemas/Step");
		}
		assertThat(path.at("/get/parameters").valueStream().map((parameter) -> parameter.path("name").stringValue()))
			.containsExactly("steps", "text", "X-Request-Timeout");
		assertThat(path.at("/get/parameters/0/required").booleanValue()).isTrue();
		assertThat(path.at("/get/requestBody").isMissingNode()).isTrue();
	}

	private void assertClosed(StreamOutcome outcome) throws InterruptedException {
		Ended ended = this.endpoint.ended();
		assertThat(ended.failure()).isInstanceOfSatisfying(StreamClosedException.class,
				(closed) -> assertThat(closed.outcome()).isEqualTo(outcome));
	}

	private static void assertProblem(HttpResponse<String> response, int status, String detail) {
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(response.body()).contains(detail, "\"instance\":\"/count\"").doesNotContain("secret");
	}

	private Socket connect(String body) throws IOException {
		Socket socket = new Socket("localhost", this.port);
		write(socket, body);
		return socket;
	}

	private static void write(Socket socket, String body) throws IOException {
		socket.getOutputStream()
			.write("POST /count HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
				.formatted(body.length(), body)
				.getBytes(StandardCharsets.US_ASCII));
	}

	private static BufferedReader reader(Socket socket) throws IOException {
		return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
	}

	private static BufferedReader lines(HttpResponse<InputStream> response) {
		return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
	}

	private HttpResponse<String> send(String accept, String body) throws Exception {
		return this.client.send(post(accept, body), BodyHandlers.ofString());
	}

	private HttpResponse<String> get(String query) throws Exception {
		return this.client.send(HttpRequest.newBuilder(uri(query)).build(), BodyHandlers.ofString());
	}

	private HttpRequest post(String accept, String body) {
		return HttpRequest.newBuilder(uri(""))
			.header("Content-Type", JSON)
			.header("Accept", accept)
			.POST(BodyPublishers.ofString(body))
			.build();
	}

	private URI uri(String query) {
		return URI.create("http://localhost:%d/count%s".formatted(this.port, query));
	}

}
