package io.modelserving.endpoint.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

/**
 * Tests for what a body claims to be, and for what it says.
 */
@EndpointHttpTest
@TestPropertySource(properties = "server.http2.enabled=false")
@ExtendWith(OutputCaptureExtension.class)
class BodyHttpTests {

	private static final ParameterizedTypeReference<Map<String, Object>> MAP = new ParameterizedTypeReference<>() {
	};

	private static final byte[] NUMBERS = "{\"values\":[1,3]}".getBytes(StandardCharsets.UTF_8);

	@Autowired
	private RestTestClient client;

	@LocalServerPort
	private int port;

	private RestTestClient.ResponseSpec post(String path, byte[] body, String... headers) {
		RestTestClient.RequestBodySpec request = this.client.post().uri(path);
		for (int i = 0; i < headers.length; i += 2) {
			request.header(headers[i], headers[i + 1]);
		}
		return request.body(body).exchange();
	}

	private static String detail(RestTestClient.ResponseSpec response, int status) {
		Map<String, Object> problem = response.expectStatus()
			.isEqualTo(status)
			.expectHeader()
			.contentType("application/problem+json")
			.expectBody(MAP)
			.returnResult()
			.getResponseBody();
		return String.valueOf(problem.get("detail"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "application", "application/", "/json", "json;;", "application/json; charset=nonsense",
			"application/json; charset=\"", "*/*", "application/*", "a b/c", "text/plain", "multipart/form-data",
			"multipart/", "multipart/form-data; boundary", "*/json", ";", "application/json/x", "=" })
	void whenContentTypeIsMalformedOrNotReadThen415(String type, CapturedOutput log) throws Exception {
		HttpResponse<String> response = send(type, "*/*");
		assertThat(response.statusCode()).as(response.body()).isEqualTo(415);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(response.body()).contains("Content-Type");
		assertThat(log.getOut()).doesNotContain("Request to /mean", "Servlet.service()");
	}

	/** Sends headers that other clients reject to send. */
	private HttpResponse<String> send(String type, String accept) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:%d/mean".formatted(this.port)))
			.headers("Content-Type", type, "Accept", accept)
			.POST(HttpRequest.BodyPublishers.ofByteArray(NUMBERS))
			.build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
	}

	@ParameterizedTest
	@ValueSource(strings = { "application", "a b", "application/json;q=x", "*/json", ";", "text/plain, /", "a/b/c" })
	void whenAcceptIsMalformedThen406(String type, CapturedOutput log) throws Exception {
		HttpResponse<String> response = send("application/json", type);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(406);
		assertThat(response.body()).contains("Accept");
		assertThat(log.getOut()).doesNotContain("Request to /mean", "Servlet.service()");
	}

	@ParameterizedTest
	@ValueSource(strings = { "gzip", "x-gzip", "GZIP", " gzip ", "deflate", "identity", "" })
	void whenBodyIsCompressedThenItIsRead(String coding) throws IOException {
		byte[] body = compress(coding.strip(), NUMBERS);
		Map<String, Object> answer = post("/mean", body, "Content-Type", "application/json", "Content-Encoding", coding)
			.expectStatus()
			.isOk()
			.expectBody(MAP)
			.returnResult()
			.getResponseBody();
		assertThat(answer).containsEntry("mean", 2.0);
	}

	private static byte[] compress(String coding, byte[] body) throws IOException {
		ByteArrayOutputStream compressed = new ByteArrayOutputStream();
		try (OutputStream stream = coding.toLowerCase(Locale.ROOT).endsWith("gzip") ? new GZIPOutputStream(compressed)
				: coding.equals("deflate") ? new DeflaterOutputStream(compressed) : compressed) {
			stream.write(body);
		}
		return compressed.toByteArray();
	}

	@ParameterizedTest
	@ValueSource(strings = { "br", "zst", "compress", "gzip, gzip", "gzip;q=1", "deflate,identity", "x", "*" })
	void whenCodingIsUnknownThen415NamesThoseThatAreRead(String coding) {
		RestTestClient.ResponseSpec response = post("/mean", NUMBERS, "Content-Type", "application/json",
				"Content-Encoding", coding);
		response.expectHeader().valueEquals("Accept-Encoding", "gzip, zstd, deflate");
		assertThat(detail(response, 415)).contains(coding);
	}

	@ParameterizedTest
	@CsvSource({ "gzip,/mean", "deflate,/mean", "gzip,/brightness", "deflate,/brightness" })
	void whenCompressedBodyIsBrokenThen400(String coding, String path) throws IOException {
		String type = path.equals("/mean") ? "application/json" : "image/png";
		assertThat(detail(post(path, NUMBERS, "Content-Type", type, "Content-Encoding", coding), 400))
			.isEqualTo("The body is not what Content-Encoding %s stands for".formatted(coding));
		byte[] whole = compress(coding, NUMBERS);
		byte[] half = Arrays.copyOf(whole, whole.length / 2);
		assertThat(detail(post(path, half, "Content-Type", type, "Content-Encoding", coding), 400))
			.isEqualTo("The body is not what Content-Encoding %s stands for".formatted(coding));
	}

	@ParameterizedTest
	@CsvSource({ "gzip,/mean,application/json", "deflate,/mean,application/json", "gzip,/brightness,image/png" })
	void whenBodyInflatesBeyondTheLimitThen413(String coding, String path, String type) throws IOException {
		byte[] bomb = compress(coding, " ".repeat(50_000_000).getBytes(StandardCharsets.UTF_8));
		assertThat(bomb.length).isLessThan(100 << 10);
		assertThat(detail(post(path, bomb, "Content-Type", type, "Content-Encoding", coding), 413))
			.contains("larger than 102400 bytes");
	}

	@Test
	void whenFormIsCompressedThen415() throws IOException {
		byte[] form = compress("gzip", "--x\r\n\r\n--x--\r\n".getBytes(StandardCharsets.UTF_8));
		detail(post("/brightness", form, "Content-Type", "multipart/form-data; boundary=x", "Content-Encoding", "gzip"),
				415);
	}

	@Test
	void whenBodyIsArrayThenElementsAreValidated() {
		post("/flowers", "[{\"petalLength\":1}]".getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json")
			.expectStatus()
			.isOk();
		Map<String, Object> problem = post("/flowers",
				"""
						[{"petalLength":1},{"petalLength":2},{"petalLength":3,"petal_width":6},{"petalLength":11,"part":{"the_name":"long","weight":1}}]"""
					.getBytes(StandardCharsets.UTF_8),
				"Content-Type", "application/json")
			.expectStatus()
			.isEqualTo(422)
			.expectBody(MAP)
			.returnResult()
			.getResponseBody();
		assertThat(problem).extracting("errors")
			.asInstanceOf(LIST)
			.extracting("field")
			.containsExactly("[2].petal_width", "[3].part.the_name", "[3].petalLength");
	}

	@Test
	void whenThousandsOfFieldsAreInvalidThenTheFirstAreListed() {
		String flowers = String.join(",", Collections.nCopies(3000, "{\"petalLength\":11}"));
		Map<String, Object> problem = post("/flowers", ("[" + flowers + "]").getBytes(StandardCharsets.UTF_8),
				"Content-Type", "application/json")
			.expectStatus()
			.isEqualTo(422)
			.expectBody(MAP)
			.returnResult()
			.getResponseBody();
		assertThat(problem).containsEntry("detail", "3000 fields of the request are invalid; the first 20 are listed");
		assertThat(problem).extracting("errors").asInstanceOf(LIST).hasSize(20);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"values\":[", "{\"values\":[}", "{", "{\"a\":]", "[{", "{\"values\":[1,2", "[[}",
			"{\"values\":{\"a\":[}", "nul", "{\"a\" 1}" })
	void errorHasNoMarksOfTheParser(String body) {
		String small = detail(post("/mean", body.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json"),
				400);
		String large = detail(post("/mean", (" ".repeat(20_000) + body).getBytes(StandardCharsets.UTF_8),
				"Content-Type", "application/json"), 400);
		for (String detail : new String[] { small, large }) {
			assertThat(detail).doesNotContain("Source", "REDACTED", "marker at", "java.", "jackson", "JsonToken",
					"enable", "Feature");
		}
	}

	@Test
	void whatWasSentDoesNotReturnAtLength() {
		String name = "n".repeat(40_000);
		for (String body : new String[] { "{\"values\":[\"%s\"]}", "{\"values\":\"!%s\"}", "{\"values\":[%s]}",
				"{\"values\":[1],\"count\":\"%s\"}", "{\"values\":[1],\"unit\":{\"%s\":1}}",
				"{\"values\":[1],\"parts\":[{\"the_name\":{\"%s\":1}}]}", "%s" }) {
			String detail = detail(post("/mean", body.formatted(name).getBytes(StandardCharsets.UTF_8), "Content-Type",
					"application/json"), 400);
			assertThat(detail).doesNotContain("n".repeat(260)).hasSizeLessThan(500);
		}
		assertThat(detail(post("/mean", NUMBERS, "Content-Type", "a/" + "n".repeat(4000)), 415))
			.doesNotContain("n".repeat(101));
		assertThat(detail(post("/mean", NUMBERS, "Content-Type", "application/json", "Accept", "a/" + "n".repeat(4000)),
				406))
			.doesNotContain("n".repeat(101));
		assertThat(detail(
				post("/mean", NUMBERS, "Content-Type", "application/json", "X-Request-Timeout", "n".repeat(4000)), 400))
			.doesNotContain("n".repeat(101));
	}

}
