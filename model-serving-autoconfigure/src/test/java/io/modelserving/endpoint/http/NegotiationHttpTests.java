package io.modelserving.endpoint.http;

import java.net.http.HttpResponse;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests how formats are chosen, and that the OpenAPI document lists those that an
 * endpoint takes and gives.
 */
@EndpointHttpTest
class NegotiationHttpTests {

	private static final byte[] ROWS = CodecCaller.bytes("[{\"width\":1.5}]");

	private final CodecCaller caller;

	NegotiationHttpTests(@LocalServerPort int port) {
		this.caller = new CodecCaller(port);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "*/*|application/json", "application/*|application/json", "application/cbor|application/cbor",
					"application/cbor, */*|application/cbor",
					"application/cbor;q=0.5, application/json;q=0.4|application/cbor",
					"application/json;q=0.4, application/msgpack;q=0.5|application/msgpack",
					"application/json;q=0, */*|application/cbor",
					"application/json;q=0.1, application/*;q=0.9|application/cbor",
					"application/*;q=0, text/csv;q=0.1|text/csv", "text/*|text/csv", "TEXT/CSV|text/csv",
					"application/x-msgpack|application/x-msgpack", "image/png, text/csv;q=0.2|text/csv",
					"application/json;charset=UTF-8|application/json;charset=UTF-8",
					"application/vnd.mine+json|application/vnd.mine+json" })
	void responseIsWhatTheCallerLikesBest(String accept, String chosen) {
		HttpResponse<byte[]> response = this.caller.post("/rows", ROWS, "Content-Type", "application/json", "Accept",
				accept);
		assertThat(response.statusCode()).as(CodecCaller.text(response)).isEqualTo(200);
		assertThat(CodecCaller.type(response)).isEqualTo(chosen);
	}

	@ParameterizedTest
	@ValueSource(strings = { "image/png", "text/html", "application/x-npy", "*/*;q=0", "application/json;q=0",
			"multipart/form-data" })
	void whenNothingIsAcceptableThenTheProblemNamesWhatIs(String accept) {
		assertThat(CodecCaller
			.detail(this.caller.post("/rows", ROWS, "Content-Type", "application/json", "Accept", accept), 406))
			.endsWith("there is application/json, application/cbor, application/msgpack, application/vnd.msgpack, "
					+ "application/x-msgpack, text/csv");
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/xml", "text/plain", "application/octet-stream", "application/x-npy",
			"application/x-www-form-urlencoded", "image/png" })
	void whenFormatIsNotReadThenTheProblemNamesThoseThatAre(String type) {
		HttpResponse<byte[]> response = this.caller.post("/rows", ROWS, "Content-Type", type);
		assertThat(CodecCaller.detail(response, 415)).startsWith("Content-Type " + type + " is not read; send ")
			.endsWith("application/json, application/cbor, application/msgpack, application/vnd.msgpack, "
					+ "application/x-msgpack, text/csv");
		assertThat(response.headers().firstValue("Accept-Post").orElse("")).contains("text/csv");
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json;charset=ISO-8859-1", "application/json;charset=UTF-16",
			"application/cbor;charset=ISO-8859-1", "application/json;profile=x" })
	void parametersOfWhatIsAcceptedDoNoHarm(String accept) {
		HttpResponse<byte[]> response = this.caller.post("/rows", ROWS, "Content-Type", "application/json", "Accept",
				accept);
		assertThat(response.statusCode()).as(CodecCaller.text(response)).isEqualTo(200);
		assertThat(CodecCaller.type(response)).startsWith(accept.substring(0, accept.indexOf(';')));
	}

	@Test
	void whenContentTypeIsMissingThenThatIsSaid() {
		assertThat(CodecCaller.detail(this.caller.post("/rows", ROWS), 415))
			.startsWith("There is no Content-Type; send ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "APPLICATION/JSON", "application/json;charset=UTF-8",
			"application/json; charset=\"utf-8\"", "application/vnd.mine+json", "application/json;profile=x" })
	void caseAndParametersDoNotMatter(String type) {
		assertThat(this.caller.post("/rows", ROWS, "Content-Type", type).statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json", "application/cbor", "application/msgpack", "text/csv" })
	void whenBodyIsEmptyThenItIsRejected(String type) {
		assertThat(CodecCaller.detail(this.caller.post("/rows", new byte[0], "Content-Type", type), 400))
			.startsWith("The body ");
	}

	@Test
	void documentListsWhatAnEndpointTakesAndGives(@Autowired RestTestClient client) {
		JsonNode paths = client.get()
			.uri("/v3/api-docs")
			.exchange()
			.expectBody(JsonNode.class)
			.returnResult()
			.getResponseBody()
			.path("paths");
		List<String> tables = List.of("application/json", "application/cbor", "application/msgpack",
				"application/vnd.msgpack", "application/x-msgpack", "text/csv");
		JsonNode request = paths.at("/~1rows/post/requestBody/content");
		assertThat(request.propertyNames()).containsExactlyElementsOf(tables);
		assertThat(paths.at("/~1rows/post/responses/200/content").propertyNames()).containsExactlyElementsOf(tables);
		assertThat(request.at("/application~1json/example/0/width").doubleValue()).isEqualTo(1.5);
		assertThat(request.at("/application~1cbor/example").isMissingNode()).isTrue();
		assertThat(request.at("/application~1cbor/schema/format").stringValue()).isEqualTo("binary");
		assertThat(request.at("/text~1csv/schema/type").stringValue()).isEqualTo("string");
		assertThat(paths.at("/~1matrix/post/requestBody/content").propertyNames()).contains("application/x-npy")
			.doesNotContain("text/csv");
		assertThat(paths.at("/~1mean/post/requestBody/content").propertyNames()).startsWith("application/json")
			.doesNotContain("text/csv", "multipart/form-data");
		assertThat(paths.at("/~1lengths/post/requestBody/content").propertyNames()).doesNotContain("application/x-npy");
		assertThat(paths.at("/~1text/post/responses/200/content").propertyNames()).containsExactly("text/csv",
				"text/plain");
	}

}
