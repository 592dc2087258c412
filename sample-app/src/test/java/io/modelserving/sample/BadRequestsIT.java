package io.modelserving.sample;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Sends requests that are wrong in every way, each among requests that are right.
 */
@SampleTest
class BadRequestsIT {

	private static final HeldOutDigits DIGITS = HeldOutDigits.load();

	private static final String GOOD = DIGITS.json(0);

	private static final String FLOWER = """
			{"sepalLength": 6.3, "sepalWidth": 2.5, "petalLength": 4.9, "petalWidth": 1.5}""";

	private static final String TENSOR = """
			{"inputs": [{"name": "pixels", "shape": [1, 8, 8], "datatype": "FP32", "data": [%s]}]}"""
		.formatted(String.join(", ", Collections.nCopies(64, "0")));

	@LocalServerPort
	private int port;

	private SampleClient client;

	@BeforeEach
	void awaitReadiness() {
		this.client = SampleClient.whenReady(this.port);
	}

	static Stream<Arguments> badRequests() {
		String seven = GOOD.replaceFirst("\\[\\[[^\\]]*\\], ", "[");
		return Stream.of(arguments("broken JSON", "/digits", "{\"pixels\": [[", 400, List.of("JSON")),
				arguments("empty body", "/digits", "", 400, List.of("body")),
				arguments("wrong name", "/digits", GOOD.replace("pixels", "pixel"), 422, List.of("pixels", "missing")),
				arguments("missing", "/digits", "{}", 422, List.of("pixels", "missing")),
				arguments("null", "/digits", "{\"pixels\": null}", 422, List.of("pixels", "null")),
				arguments("null inside", "/digits", GOOD.replaceFirst("\\[\\[[\\d.]+", "[[null"), 422,
						List.of("pixels[0][0]", "null")),
				arguments("wrong type", "/digits", "{\"pixels\": \"dark\"}", 400, List.of("pixels", "text", "array")),
				arguments("wrong element type", "/digits", GOOD.replaceFirst("\\[\\[[\\d.]+", "[[\"ink\""), 400,
						List.of("pixels[0][0]", "ink")),
				arguments("wrong size", "/digits", seven, 422, List.of("pixels", "size must be between 8 and 8")),
				arguments("above the range", "/digits", GOOD.replaceFirst("\\[\\[[\\d.]+", "[[16.5"), 422,
						List.of("pixels[0][0]", "16")),
				arguments("NaN as text", "/digits", GOOD.replaceFirst("\\[\\[[\\d.]+", "[[\"NaN\""), 422,
						List.of("pixels[0][0]", "finite")),
				arguments("NaN", "/digits", GOOD.replaceFirst("\\[\\[[\\d.]+", "[[NaN"), 400, List.of("NaN")),
				arguments("negative number", "/iris", FLOWER.replace("2.5", "-2.5"), 422,
						List.of("sepalWidth", "greater than 0")),
				arguments("missing number", "/iris", FLOWER.replace(", \"petalWidth\": 1.5", ""), 422,
						List.of("petalWidth", "missing")),
				arguments("number as text", "/iris", FLOWER.replace("2.5", "\"wide\""), 400,
						List.of("sepalWidth", "wide")),
				arguments("infinite number", "/iris", FLOWER.replace("2.5", "1e40"), 422,
						List.of("sepalWidth", "finite")),
				arguments("no texts", "/v1/embeddings", embedding("[]"), 400, List.of("input")),
				arguments("empty text", "/v1/embeddings", embedding("[\"\"]"), 400, List.of("input", "empty")),
				arguments("tokens", "/v1/embeddings", embedding("[[1, 2]]"), 400, List.of("tokens", "not supported")),
				arguments("long text", "/v1/embeddings", embedding("\"" + "word ".repeat(600) + "\""), 400,
						List.of("more than 256 tokens")),
				arguments("other dimensions", "/v1/embeddings",
						"{\"model\": \"all-minilm-l6-v2\", \"input\": \"a\", \"dimensions\": 64}", 400,
						List.of("dimensions", "384")),
				arguments("other encoding", "/v1/embeddings",
						"{\"model\": \"all-minilm-l6-v2\", \"input\": \"a\", \"encoding_format\": \"hex\"}", 422,
						List.of("encoding", "float|base64")),
				arguments("unknown model", "/v1/embeddings", "{\"model\": \"gpt\", \"input\": \"a\"}", 404,
						List.of("gpt", "all-minilm-l6-v2")),
				arguments("v2: broken JSON", "/v2/models/digits/infer", "{\"inputs\": [", 400, List.of("error")),
				arguments("v2: wrong name", "/v2/models/digits/infer", TENSOR.replace("pixels", "image"), 400,
						List.of("image", "pixels")),
				arguments("v2: wrong type", "/v2/models/digits/infer", TENSOR.replace("FP32", "INT64"), 400,
						List.of("pixels", "INT64", "FP32")),
				arguments("v2: wrong shape", "/v2/models/digits/infer", TENSOR.replace("[1, 8, 8]", "[1, 4, 16]"), 400,
						List.of("pixels", "[1, 4, 16]", "8, 8]")),
				arguments("v2: wrong size", "/v2/models/digits/infer", TENSOR.replace("[0, ", "["), 400,
						List.of("pixels", "63", "64")),
				arguments("v2: null", "/v2/models/digits/infer", TENSOR.replace("[0, ", "[null, "), 400,
						List.of("pixels", "null")),
				arguments("v2: unknown model", "/v2/models/dogs/infer", TENSOR, 404, List.of("dogs")),
				arguments("v2: unknown version", "/v2/models/digits/versions/7/infer", TENSOR, 404,
						List.of("digits", "7")));
	}

	private static String embedding(String input) {
		return "{\"model\": \"all-minilm-l6-v2\", \"input\": %s}".formatted(input);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("badRequests")
	void whenRequestIsBadThenItNamesWhatIsWrongAndOthersSucceed(String name, String path, String body, int status,
			List<String> named) {
		List<CompletableFuture<HttpResponse<String>>> before = good();
		CompletableFuture<HttpResponse<String>> bad = this.client.postAsync(path, body);
		List<CompletableFuture<HttpResponse<String>>> after = good();
		HttpResponse<String> rejected = SampleClient.join(bad);
		assertThat(rejected.statusCode()).as(rejected.body()).isEqualTo(status);
		assertThat(rejected.body()).contains(named).doesNotContain("Exception", "io.modelserving", "\tat ");
		assertThat(rejected.headers().firstValue("Content-Type").orElseThrow())
			.startsWith(path.startsWith("/v") ? "application/json" : "application/problem+json");
		before.forEach(BadRequestsIT::assertGood);
		after.forEach(BadRequestsIT::assertGood);
	}

	@Test
	void whenMediaTypeIsNotReadThen415NamesTheOneThatIs() {
		HttpResponse<String> rejected = this.client.post("/digits", "text/plain", BodyPublishers.ofString(GOOD));
		assertThat(rejected.statusCode()).isEqualTo(415);
		assertThat(rejected.body()).contains("text/plain", "application/json");
	}

	@ParameterizedTest
	@MethodSource("pathsOfLargeBodies")
	void whenBodyIsOfHundredMegabytesThenItIsRejectedAndOthersSucceed(String path) {
		List<CompletableFuture<HttpResponse<String>>> good = good();
		HttpResponse<String> rejected = this.client.post(path, "application/json",
				BodyPublishers.ofInputStream(BadRequestsIT::hundredMegabytes));
		assertThat(rejected.statusCode()).as(rejected.body()).isEqualTo(413);
		good.forEach(BadRequestsIT::assertGood);
		good().forEach(BadRequestsIT::assertGood);
	}

	static Stream<String> pathsOfLargeBodies() {
		return Stream.of("/digits", "/v1/embeddings", "/v2/models/digits/infer");
	}

	private static InputStream hundredMegabytes() {
		byte[] begin = "{\"pixels\": [[".getBytes(StandardCharsets.US_ASCII);
		byte[] part = "1, ".repeat(350_000).getBytes(StandardCharsets.US_ASCII);
		List<InputStream> parts = new ArrayList<>();
		parts.add(new ByteArrayInputStream(begin));
		for (int i = 0; i < 100; i++) {
			parts.add(new ByteArrayInputStream(part));
		}
		return new SequenceInputStream(Collections.enumeration(parts));
	}

	private List<CompletableFuture<HttpResponse<String>>> good() {
		return Stream.generate(() -> this.client.postAsync("/digits", GOOD)).limit(8).toList();
	}

	private static void assertGood(CompletableFuture<HttpResponse<String>> answer) {
		assertThat(SampleClient.ok(SampleClient.join(answer)).read("$.digit", Integer.class))
			.isEqualTo(DIGITS.label(0));
	}

}
