package io.modelserving.endpoint.http;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

/**
 * Tests what callers get when something is wrong, case by case.
 */
@EndpointHttpTest
@ExtendWith(OutputCaptureExtension.class)
class ErrorHttpTests {

	private static final ParameterizedTypeReference<Map<String, Object>> MAP = new ParameterizedTypeReference<>() {
	};

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

	private Map<String, Object> problem(int status, String body) {
		return problem(status,
				this.client.post().uri("/mean").contentType(MediaType.APPLICATION_JSON).body(body).exchange());
	}

	private static Map<String, Object> problem(int status, RestTestClient.ResponseSpec response) {
		Map<String, Object> problem = response.expectStatus()
			.isEqualTo(status)
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody(MAP)
			.returnResult()
			.getResponseBody();
		assertThat(problem).containsEntry("status", status).containsKeys("type", "title", "detail", "instance");
		return problem;
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					{"values": [1, }                  | The body is no valid JSON: .* \\(line 1, column 16\\)
					{"values": [1, "two"]}            | "values\\[1\\]" is "two", which is not a number \\(line 1, column 16\\)
					{"values": [1, null]}             | "values\\[1\\]" is null, which is not a number .*
					{"values": [1, NaN]}              | The body is no valid JSON: Non-standard token 'NaN'.*
					{"values": [1, {}]}               | "values\\[1\\]" is an object, which is not a number .*
					{"values": "one"}                 | "values" is text, which is not an array .*
					{"values": 1}                     | "values" is a number, which is not an array .*
							{"values": [1], "count": 9876543210} | "count" is not a whole number in the range of 32 bits .*
					{"values": [1], "parts": [{"the_name": "a", "weight": "x"}]} | "parts\\[0\\].weight" is "x", which is not a number .*
					[1, 2]                            | The body is an array, which is not an object .*
					~~                                | The body is empty or ends too early; it must be an object.*
					{"values": [1]} {}                | The body .*
					null                              | The body is null, which is not an object
					""")
	void whenBodyIsMalformedThen400NamesFieldAndLine(String body, String detail) {
		assertThat((String) problem(400, body).get("detail")).matches(detail).doesNotContain("modelserving");
	}

	@Test
	void whenConstraintsAreViolatedThen422HasAnEntryForEachField() {
		assertThat(problem(422, """
				{"values": [1, 2, 3, 4, 5], "parts": [{"the_name": "long", "weight": 3}]}
				""")).containsEntry("instance", "/mean")
			.extracting("errors")
			.asInstanceOf(LIST)
			.containsExactly(
					Map.of("field", "parts[0].the_name", "message", "size must be between 0 and 3", "rejected", "long"),
					Map.of("field", "parts[0].weight", "message", "must be less than or equal to 1", "rejected", 3.0),
					Map.of("field", "values", "message", "size must be between 1 and 4"));
	}

	@Test
	void whenComponentsAreMissingOrNullThen422NamesThem() {
		assertThat(problem(422, "{}")).extracting("errors")
			.asInstanceOf(LIST)
			.containsExactly(Map.of("field", "values", "message", "must not be missing or null"));
		assertThat(problem(422, "{\"values\": [1], \"parts\": [null, {\"weight\": 1}]}")).extracting("errors")
			.asInstanceOf(LIST)
			.containsExactly(Map.of("field", "parts[0]", "message", "must not be missing or null"),
					Map.of("field", "parts[1].the_name", "message", "must not be missing or null"));
	}

	@Test
	void whenPrimitiveIsMissingThenItIsNotTakenAsZero() {
		String detail = (String) problem(400, "{\"values\": [1], \"parts\": [{\"the_name\": \"a\"}]}").get("detail");
		assertThat(detail).contains("weight");
	}

	@Test
	void whenNumbersAreNotFiniteThen422NamesThem() {
		assertThat(problem(422, "{\"values\": [\"NaN\", 1e99]}")).extracting("errors")
			.asInstanceOf(LIST)
			.containsExactly(Map.of("field", "values[0]", "message", "must be a finite number", "rejected", "NaN"),
					Map.of("field", "values[1]", "message", "must be a finite number", "rejected", "Infinity"));
	}

	@Test
	void whenPropertyIsUnknownThenItIsIgnoredAsTheApplicationsMapperDoes() {
		this.client.post()
			.uri("/mean")
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"values\": [1], \"valeus\": 2}")
			.exchange()
			.expectStatus()
			.isOk();
	}

	@Test
	void whenHandlerRejectsRequestThen400HasItsMessage() {
		assertThat(problem(400, "{\"values\": [1, 2, 3]}")).containsEntry("detail",
				"values: three is not a number that I can count to");
	}

	@ParameterizedTest
	@CsvSource({ "bug", "late bug" })
	void whenHandlerHasBugThen500HasOnlyAnIdThatIsInTheLog(String bug, CapturedOutput log) {
		Map<String, Object> problem = problem(500, "{\"values\": [1], \"unit\": \"%s\"}".formatted(bug));
		assertThat(problem.toString()).doesNotContain("secret").doesNotContain("Exception");
		assertThat(log).contains((String) problem.get("errorId")).contains("secret of the handler");
		assertThat((String) problem.get("detail")).contains((String) problem.get("errorId"));
	}

	@Test
	void whenModelFailsThen500HasAnIdThatIsInTheLog(CapturedOutput log) {
		this.service.fail(new ExecutionFailed("the model failed", new IllegalStateException("secret of the runtime")));
		Map<String, Object> problem = problem(500, "{\"values\": [1]}");
		assertThat((String) problem.get("detail")).startsWith("the model failed");
		assertThat(problem.toString()).doesNotContain("secret");
		assertThat(log).contains((String) problem.get("errorId")).contains("secret of the runtime");
	}

	@Test
	void whenModelRejectsTensorsOfTheHandlerThen500HasAnIdThatIsInTheLog(CapturedOutput log) {
		this.service.fail(new InvalidInput("input \"x\": shape [1, 1] does not match [-1, 2]"));
		Map<String, Object> problem = problem(500, "{\"values\": [1]}");
		assertThat(problem.toString()).doesNotContain("does not match");
		assertThat(log).contains((String) problem.get("errorId"))
			.contains("MeanEndpoint.encode made inputs that the model does not take:"
					+ " input \"x\": shape [1, 1] does not match [-1, 2]");
	}

	@Test
	void whenRequestIsLargerThanTheModelTakesThen400() {
		this.service.fail(InvalidInput.byCaller("the request has 9 rows; a request may have at most 8"));
		assertThat(problem(400, "{\"values\": [1]}")).containsEntry("detail",
				"the request has 9 rows; a request may have at most 8");
	}

	@Test
	void whenModelIsUnloadedThen404() {
		this.service.fail(new ModelNotFound("there is no model \"echo\""));
		assertThat(problem(404, "{\"values\": [1]}")).containsEntry("detail", "there is no model \"echo\"");
	}

	@Test
	void whenQueueIsFullThen429SaysWhenToComeAgain() {
		this.service.fail(new Overloaded("the queue of \"echo\" is full", Duration.ofMillis(1001)));
		assertThat(problem(429, "{\"values\": [1]}")).containsEntry("detail", "the queue of \"echo\" is full");
		this.client.post()
			.uri("/mean")
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"values\": [1]}")
			.exchange()
			.expectHeader()
			.valueEquals("Retry-After", "2");
	}

	@Test
	void whenModelIsOverloadedThen429WithoutReading() {
		this.service.rejection = new Overloaded("8 rows wait", Duration.ofMillis(1001));
		assertThat(problem(429, "{ no JSON")).containsEntry("detail", "8 rows wait");
		assertThat(this.service.requests).isEmpty();
		this.service.rejection = null;
		problem(400, "{ no JSON");
	}

	@Test
	void whenModelLoadsThen503SaysWhenToComeAgain() {
		this.service.fail(new ModelUnavailable("model \"echo\" is loading", Duration.ZERO));
		problem(503, "{\"values\": [1]}");
		this.client.post()
			.uri("/mean")
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"values\": [1]}")
			.exchange()
			.expectHeader()
			.valueEquals("Retry-After", "1");
	}

	@Test
	void whenDeadlinePassesThen504() {
		this.service.fail(new DeadlineExceeded("the deadline of 250 ms has passed"));
		problem(504, "{\"values\": [1]}");
	}

	@ParameterizedTest
	@CsvSource({ "0", "-5", "soon", "250x" })
	void whenTimeoutIsNoPositiveDurationThen400(String timeout) {
		assertThat((String) problem(400,
				this.client.post()
					.uri("/mean")
					.header("X-Request-Timeout", timeout)
					.contentType(MediaType.APPLICATION_JSON)
					.body("{\"values\": [1]}")
					.exchange())
			.get("detail")).contains("X-Request-Timeout").contains(timeout);
	}

	@ParameterizedTest
	@CsvSource({ "text/plain", "application/x-www-form-urlencoded", "image/png", "multipart/form-data;boundary=x" })
	void whenMediaTypeIsNotReadThen415NamesWhatIs(String type) {
		RestTestClient.ResponseSpec response = this.client.post()
			.uri("/mean")
			.header("Content-Type", type)
			.body("--x--".getBytes(StandardCharsets.US_ASCII))
			.exchange();
		assertThat((String) problem(415, response).get("detail"))
			.endsWith("is not read; send application/json, application/cbor, application/msgpack,"
					+ " application/vnd.msgpack, application/x-msgpack, application/x-npy");
	}

	@Test
	void whenNoResponseIsAcceptedThen406NamesWhatThereIsAndModelIsNotRun() {
		RestTestClient.ResponseSpec response = this.client.post()
			.uri("/mean")
			.contentType(MediaType.APPLICATION_JSON)
			.header("Accept", "image/png, text/html;q=0.5")
			.body("{\"values\": [1]}")
			.exchange();
		assertThat((String) problem(406, response).get("detail")).contains("application/json");
		assertThat(this.service.requests).isEmpty();
	}

	@Test
	void whenMethodIsAnotherThen405NamesPost() {
		RestTestClient.ResponseSpec response = this.client.get().uri("/mean").exchange();
		response.expectHeader().valueEquals("Allow", "POST");
		problem(405, response);
	}

	@Test
	void whenPathIsAnotherThenApplicationAnswers() {
		this.client.get()
			.uri("/elsewhere")
			.exchange()
			.expectStatus()
			.isNotFound()
			.expectHeader()
			.contentType(MediaType.APPLICATION_JSON);
	}

	@Test
	void whenDeclaredLengthIsOverLimitThen413WithoutReading() throws Exception {
		try (Socket socket = new Socket("localhost", this.port)) {
			socket.getOutputStream()
				.write(("POST /mean HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
						+ "Content-Length: 100000000\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			assertThat(response(socket)).startsWith("HTTP/1.1 413")
				.contains("application/problem+json")
				.contains("102400 bytes (model-serving.endpoints.max-request-size)");
		}
	}

	@Test
	void whenBodyOfUnknownLengthIsOverLimitThen413BeforeItEnds() throws Exception {
		try (Socket socket = new Socket("localhost", this.port)) {
			OutputStream target = socket.getOutputStream();
			target.write(("POST /mean HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
					+ "Transfer-Encoding: chunked\r\n\r\n")
				.getBytes(StandardCharsets.US_ASCII));
			send(target, 1 << 20);
			assertThat(response(socket)).startsWith("HTTP/1.1 413").contains("application/problem+json");
		}
	}

	/** Sends digits in chunks until the server does not take them any more. */
	private static int send(OutputStream target, int most) throws Exception {
		byte[] chunk = ("4000\r\n" + "1,".repeat(0x2000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
		target.write("b\r\n{\"values\":[\r\n".getBytes(StandardCharsets.US_ASCII));
		int sent = 0;
		try {
			while (sent < most) {
				target.write(chunk);
				sent += chunk.length;
			}
		}
		catch (SocketException ex) {
			assertThat(ex).hasMessageMatching(".*(reset|pipe|closed|aborted).*");
		}
		return sent;
	}

	private static String response(Socket socket) throws Exception {
		socket.setSoTimeout(30_000);
		InputStream source = socket.getInputStream();
		StringBuilder response = new StringBuilder();
		try {
			int next = 0;
			while (next >= 0 && !response.toString().endsWith("}")) {
				next = source.read();
				response.append((char) next);
			}
		}
		catch (SocketException ex) {
			assertThat(response).as("what came before the connection was closed").isNotEmpty();
		}
		return response.toString();
	}

	@Test
	void whenFormIsOverServersLimitThen413NamesProperties() {
		MultiValueMap<String, Object> form = new LinkedMultiValueMap<>();
		form.add("image", new ByteArrayResource(new byte[60_000]) {

			@Override
			public String getFilename() {
				return "picture.png";
			}

		});
		RestTestClient.ResponseSpec response = this.client.post()
			.uri("/brightness")
			.contentType(MediaType.MULTIPART_FORM_DATA)
			.body(form)
			.exchange();
		assertThat((String) problem(413, response).get("detail")).contains("spring.servlet.multipart.max-file-size");
	}

	@Test
	void whenFormIsBrokenThen400() {
		RestTestClient.ResponseSpec response = this.client.post()
			.uri("/brightness")
			.header("Content-Type", "multipart/form-data")
			.body("nothing".getBytes(StandardCharsets.US_ASCII))
			.exchange();
		problem(400, response);
	}

}
