package io.modelserving.openinference.http;

import java.util.List;
import java.util.Map;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.openinference.FakeModels;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.TensorSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that errors which the server makes before any of our code runs look like those of
 * the protocol, and only on its paths.
 */
@OpenInferenceHttpTest
class ContainerErrorHttpTests {

	private final FakeModels models;

	private final RawHttp http;

	ContainerErrorHttpTests(@Autowired FakeModels models, @LocalServerPort int port) {
		this.models = models;
		this.http = new RawHttp(port);
	}

	@BeforeEach
	void addModel() {
		this.models.reset();
		List<TensorSpec> specs = List.of(TensorSpec.of("x", DataType.INT64, Shape.of(-1)));
		this.models.add(new ModelKey("echo", 1), new ModelSignature(specs, specs), NamedTensors.of(Map.of()));
	}

	@ParameterizedTest
	@CsvSource({ "/v2/models/a%zz/infer", "/v2/models/a%2fb/infer", "/v2/models/a%5cb", "/v2/models/%c0%af" })
	void whenUrlIsMalformedThenErrorIsTheProtocols(String path) {
		assertError(this.http.exchange("GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".formatted(path)), 400);
	}

	@Test
	void whenHeadersAreTooLargeThenErrorIsTheProtocols() {
		assertError(this.http.exchange(
				"GET /v2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: %s\r\n\r\n".formatted("x".repeat(20_000))),
				400);
	}

	@Test
	void whenHostIsMissingThenErrorIsTheProtocols() {
		assertError(this.http.exchange("GET /v2 HTTP/1.1\r\nConnection: close\r\n\r\n"), 400);
	}

	@Test
	void whenTransferEncodingIsUnknownThenErrorIsTheProtocols() {
		assertError(this.http.exchange("POST /v2/models/echo/infer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
				+ "Transfer-Encoding: gzip\r\n\r\n"), 501);
	}

	@Test
	void whenContentLengthIsNoNumberThenErrorIsTheProtocols() {
		assertError(this.http.exchange(
				"POST /v2/models/echo/infer HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: x\r\n\r\n"),
				400);
	}

	@Test
	void whenChunksAreBrokenThenErrorIsTheProtocols() {
		assertError(this.http.exchange("POST /v2/models/echo/infer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
				+ "Transfer-Encoding: chunked\r\n\r\nnonsense\r\n{}\r\n0\r\n\r\n"), 400);
	}

	@ParameterizedTest
	@CsvSource({ "TRACE, 405", "BREW, 405", "PUT, 405" })
	void whenMethodIsUnknownThenErrorIsTheProtocols(String method, int status) {
		assertError(
				this.http
					.exchange("%s /v2/models/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".formatted(method)),
				status);
	}

	@ParameterizedTest
	@CsvSource({ "/other/a%zz", "/v20/models/a%zz", "/v2/modelship/a%zz", "/v2/models/a/b/%zz", "/v2/health/%00" })
	void whenPathIsNotTheProtocolsThenTheServersPageStays(String path) {
		String answer = this.http.exchange("GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".formatted(path));
		assertThat(answer).startsWith("HTTP/1.1 400").contains("text/html").contains("<!doctype html>");
	}

	@Test
	void whenThereIsNoTellingWhichPathIsMeantThenTheServersPageStays() {
		assertThat(this.http.exchange("GET /v2/models/{x} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
			.startsWith("HTTP/1.1 400")
			.contains("<!doctype html>");
	}

	private static void assertError(String answer, int status) {
		assertThat(answer).startsWith("HTTP/1.1 " + status);
		assertThat(answer).containsIgnoringCase("content-type: application/json").doesNotContain("<html");
		assertThat(answer.substring(answer.indexOf("\r\n\r\n"))).contains("{\"error\":\"");
	}

}
