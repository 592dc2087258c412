package io.modelserving.endpoint.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPOutputStream;

import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests how the OpenAPI document describes typed endpoints.
 */
@EndpointHttpTest
class EndpointApiHttpTests {

	private static final String VALID = "{\"values\": [1, 2]}";

	private final RestTestClient client;

	private final SwitchableService service;

	private JsonNode document;

	EndpointApiHttpTests(@Autowired RestTestClient client, @Autowired SwitchableService service) {
		this.client = client;
		this.service = service;
		service.reset();
	}

	@BeforeEach
	void readDocument() {
		this.document = this.client.get()
			.uri("/v3/api-docs")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(JsonNode.class)
			.returnResult()
			.getResponseBody();
	}

	private JsonNode operation(String path) {
		return this.document.path("paths").path(path).path("post");
	}

	private JsonNode requestContent(String path) {
		return operation(path).at("/requestBody/content");
	}

	private JsonNode schema(JsonNode reference) {
		String pointer = reference.path("$ref").stringValue().substring(1);
		return this.document.at(pointer);
	}

	private static List<String> names(JsonNode node) {
		return List.copyOf(node.propertyNames());
	}

	private static List<String> strings(JsonNode array) {
		return array.valueStream().map(JsonNode::stringValue).toList();
	}

	@Test
	void documentIsOpenApi31() {
		assertThat(this.document.path("openapi").stringValue()).startsWith("3.1");
	}

	@Test
	void operationSaysWhatTheAnnotationSays() {
		JsonNode operation = operation("/mean");
		assertThat(operation.path("summary").stringValue()).isEqualTo("Take the mean");
		assertThat(operation.path("description").stringValue()).isEqualTo("Of *numbers*.");
		assertThat(strings(operation.path("tags"))).containsExactly("Numbers");
		assertThat(operation("/lengths").path("summary").stringValue()).isEqualTo("Run the model echo");
		assertThat(strings(operation("/lengths").path("tags"))).containsExactly("echo");
	}

	@Test
	void requestHasItsTypeWithConstraints() {
		JsonNode request = schema(requestContent("/mean").at("/application~1json/schema"));
		assertThat(request.at("/properties/values/type").stringValue()).isEqualTo("array");
		assertThat(request.at("/properties/values/items/type").stringValue()).isEqualTo("number");
		assertThat(request.at("/properties/values/minItems").intValue()).isEqualTo(1);
		assertThat(request.at("/properties/values/maxItems").intValue()).isEqualTo(4);
		assertThat(strings(request.path("required"))).containsExactly("values");
		JsonNode part = schema(request.at("/properties/parts/items"));
		assertThat(part.at("/properties/the_name/maxLength").intValue()).isEqualTo(3);
		assertThat(strings(part.path("required"))).containsExactlyInAnyOrder("the_name", "weight");
	}

	@Test
	void responseHasItsType() {
		JsonNode response = schema(operation("/mean").at("/responses/200/content/application~1json/schema"));
		assertThat(names(response.path("properties"))).containsExactlyInAnyOrder("mean", "unit");
		assertThat(operation("/lengths").at("/responses/200/content/application~1json/schema/additionalProperties/type")
			.stringValue()).isEqualTo("integer");
	}

	@Test
	void exampleSucceedsWhenItIsSent() {
		JsonNode example = requestContent("/mean").at("/application~1json/example");
		assertThat(example.path("values").size()).isEqualTo(2);
		this.client.post()
			.uri("/mean")
			.contentType(MediaType.APPLICATION_JSON)
			.body(example.toString())
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.json("{\"mean\": 1.5, \"unit\": \"m\"}");
	}

	@Test
	void picturesAreFilesToChoose() {
		JsonNode content = requestContent("/brightness");
		assertThat(names(content)).startsWith("multipart/form-data")
			.containsSubsequence("image/jpeg", "image/png", "application/json", "application/cbor");
		assertThat(content.at("/image~1png/schema/type").stringValue()).isEqualTo("string");
		assertThat(content.at("/image~1png/schema/format").stringValue()).isEqualTo("binary");
		JsonNode form = content.at("/multipart~1form-data/schema");
		assertThat(form.at("/properties/image/format").stringValue()).isEqualTo("binary");
		assertThat(strings(form.path("required"))).containsExactly("image");
	}

	@Test
	void whenRequestIsPictureThenThereIsNoJson() {
		assertThat(names(requestContent("/negative"))).doesNotContain("application/json").contains("image/png");
	}

	@Test
	void responsesHaveTheirMediaTypes() {
		assertThat(names(operation("/negative").at("/responses/200/content"))).containsExactly("image/png",
				"image/jpeg");
		assertThat(names(operation("/text").at("/responses/200/content"))).containsExactly("text/csv", "text/plain");
	}

	@Test
	void errorsAreProblems() {
		JsonNode responses = operation("/mean").path("responses");
		assertThat(names(responses)).contains("400", "422", "429");
		JsonNode problem = schema(responses.at("/422/content/application~1problem+json/schema"));
		assertThat(names(problem.path("properties"))).contains("title", "status", "detail", "errors", "errorId");
		assertThat(responses.at("/429/headers/Retry-After").isMissingNode()).isFalse();
	}

	/** {@code BodyTimeoutHttpTests} has a body that arrives too slowly. */
	@Test
	void everyErrorThatIsDescribedOccurs() throws IOException {
		Set<Integer> occurred = new TreeSet<>(Set.of(408));
		occurred.add(status("application/json", "{"));
		occurred.add(status("text/plain", VALID));
		occurred.add(status("application/json", "{}"));
		occurred.add(problem(this.client.post().uri("/mean").header("Content-Encoding", "gzip"), "application/json",
				gzip(" ".repeat(200_000))));
		occurred.add(problem(this.client.post().uri("/mean").header("Accept", "image/png"), "application/json", VALID));
		List.of(new ModelNotFound("gone"), new Overloaded("full", Duration.ofSeconds(1)),
				new IllegalStateException("broken"), new ModelUnavailable("loading", Duration.ofSeconds(1)),
				new DeadlineExceeded("late"))
			.forEach((failure) -> {
				this.service.fail(failure);
				occurred.add(status("application/json", VALID));
			});
		assertThat(occurred).map(String::valueOf)
			.containsExactlyInAnyOrderElementsOf(names(operation("/mean").path("responses")).stream()
				.filter((status) -> !status.equals("200"))
				.toList());
	}

	private static byte[] gzip(String text) throws IOException {
		ByteArrayOutputStream compressed = new ByteArrayOutputStream();
		try (GZIPOutputStream target = new GZIPOutputStream(compressed)) {
			target.write(text.getBytes(StandardCharsets.UTF_8));
		}
		return compressed.toByteArray();
	}

	private int status(String mediaType, String body) {
		return problem(this.client.post().uri("/mean"), mediaType, body);
	}

	/** Returns the status of a response whose problem has what the schema requires. */
	private int problem(RestTestClient.RequestBodySpec request, String mediaType, Object body) {
		EntityExchangeResult<JsonNode> result = request.contentType(MediaType.parseMediaType(mediaType))
			.body(body)
			.exchange()
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody(JsonNode.class)
			.returnResult();
		int status = result.getStatus().value();
		JsonNode described = operation("/mean").path("responses").path(Integer.toString(status));
		JsonNode schema = schema(described.at("/content/application~1problem+json/schema"));
		assertThat(names(Objects.requireNonNull(result.getResponseBody())))
			.containsAll(strings(schema.path("required")))
			.allMatch(names(schema.path("properties"))::contains);
		assertThat(names(described.path("headers"))).allMatch(result.getResponseHeaders()::containsHeader);
		return status;
	}

	@Test
	void whenNothingCanBeInvalidThenThereIsNoStatusForIt() {
		assertThat(names(operation("/negative").path("responses"))).doesNotContain("422").contains("400", "415");
	}

	@Test
	void timeoutIsAHeader() {
		assertThat(operation("/mean").at("/parameters/0/name").stringValue()).isEqualTo("X-Request-Timeout");
	}

}
