package io.modelserving.openinference.http;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.modelserving.Collisions;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.openinference.FakeModels;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests that what a caller sends does neither take long to look at nor return at length.
 */
@OpenInferenceHttpTest
@TestPropertySource(properties = { "model-serving.open-inference.max-request-size=8MB",
		"model-serving.open-inference.allow-repository-control=true" })
class HostileRequestsHttpTests {

	private static final String INFER = "/v2/models/echo/infer";

	private static final String INPUT = """
			{"name":"x","shape":[1],"datatype":"INT64","data":[1]}""";

	private static final String LONG = "n".repeat(300_000);

	private final FakeModels models;

	private final HttpCaller http;

	HostileRequestsHttpTests(@Autowired FakeModels models, @LocalServerPort int port) {
		this.models = models;
		this.http = new HttpCaller(port);
	}

	@BeforeEach
	void addModel() {
		this.models.reset();
		List<TensorSpec> specs = List.of(TensorSpec.of("x", DataType.INT64, Shape.of(-1)));
		ModelSignature signature = new ModelSignature(specs, specs);
		this.models.add(new ModelKey("echo", 1), signature, NamedTensors.of("x", Tensor.of(Shape.of(1), 1L)));
		this.models.answer((request) -> {
			signature.check(request.inputs());
			return this.models.echo(request);
		});
	}

	private static String parameters(List<String> names) {
		return names.stream().map("\"%s\":1"::formatted).collect(Collectors.joining(",", "{", "}"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"parameters\":%s,\"inputs\":[" + INPUT + "]}",
			"{\"inputs\":[{\"name\":\"x\",\"parameters\":%s,\"shape\":[1],\"datatype\":\"INT64\",\"data\":[1]}]}",
			"{\"inputs\":[" + INPUT + "],\"outputs\":[{\"name\":\"x\",\"parameters\":%s}]}" })
	void parametersThatCollideAreCounted(String body) {
		HttpResponse<String> few = this.http.post(INFER, body.formatted(parameters(Collisions.names(9))));
		assertThat(few.statusCode()).isEqualTo(200);
		HttpResponse<String> many = this.http.post(INFER, body.formatted(parameters(Collisions.names(16))));
		assertThat(many.statusCode()).isEqualTo(400);
		assertThat(HttpCaller.error(many))
			.isEqualTo("there are more than 1000 parameters, which is the most that are taken");
	}

	@Test
	void parametersOfLoadRequestAreCounted() {
		HttpResponse<String> many = this.http.post("/v2/repository/models/echo/load",
				"{\"parameters\":" + parameters(Collisions.names(16)) + "}");
		assertThat(many.statusCode()).isEqualTo(400);
		assertThat(HttpCaller.error(many)).startsWith("there are more than 1000 parameters");
	}

	@Test
	void inputsAndOutputsAreCounted() {
		String inputs = IntStream.range(0, 10_001)
			.mapToObj((i) -> "{\"name\":\"%d\",\"shape\":[1],\"datatype\":\"INT64\",\"data\":[1]}".formatted(i))
			.collect(Collectors.joining(","));
		assertError(this.http.post(INFER, "{\"inputs\":[" + inputs + "]}"),
				"there are more than 10000 inputs, which is the most that are taken");
		String outputs = IntStream.range(0, 10_001)
			.mapToObj((i) -> "{\"name\":\"%d\"}".formatted(i))
			.collect(Collectors.joining(","));
		assertError(this.http.post(INFER, "{\"inputs\":[" + INPUT + "],\"outputs\":[" + outputs + "]}"),
				"there are more than 10000 outputs, which is the most that are taken");
	}

	@Test
	void unknownInputsAreListedUpToTen() {
		String inputs = Collisions.names(13)
			.stream()
			.map("{\"name\":\"%s\",\"shape\":[1],\"datatype\":\"INT64\",\"data\":[1]}"::formatted)
			.collect(Collectors.joining(","));
		HttpResponse<String> response = this.http.post(INFER, "{\"inputs\":[" + inputs + "]}");
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(HttpCaller.error(response)).startsWith("unknown input \"AaAa")
			.contains(" and 8182 more; the model takes \"x\" INT64[-1]");
	}

	private static void assertError(HttpResponse<String> response, String message) {
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(HttpCaller.error(response)).isEqualTo(message);
	}

	static Stream<Arguments> longRequests() {
		String x = "{\"inputs\":[" + INPUT + "]%s}";
		return Stream.of(arguments(INFER, "{\"inputs\":[" + INPUT.replace("\"x\"", '"' + LONG + '"') + "]}"),
				arguments(INFER, "{\"inputs\":[" + INPUT.replace("INT64", LONG) + "]}"),
				arguments(INFER, "{\"inputs\":[" + INPUT.replace("[1],", "[" + "9".repeat(900) + "],") + "]}"),
				arguments(INFER, "{\"inputs\":[" + INPUT.replace("[1]}", "[" + "9".repeat(900) + "]}") + "]}"),
				arguments(INFER,
						"{\"inputs\":[" + INPUT.replace("\"data\":[1]",
								"\"parameters\":{\"binary_data_size\":\"" + LONG + "\"}") + "]}"),
				arguments(INFER, x.formatted(",\"parameters\":{\"timeout\":\"" + LONG + "\"}")),
				arguments(INFER, x.formatted(",\"parameters\":{\"priority\":\"" + LONG + "\"}")),
				arguments(INFER, x.formatted(",\"parameters\":{\"binary_data_output\":\"" + LONG + "\"}")),
				arguments(INFER, x.formatted(",\"parameters\":{\"" + "n".repeat(40_000) + "\":[]}")),
				arguments(INFER, x.formatted(",\"outputs\":[{\"name\":\"" + LONG + "\"},{\"name\":\"" + LONG + "\"}]")),
				arguments(INFER,
						x.formatted(",\"outputs\":[{\"name\":\"" + LONG + "\",\"parameters\":{\"classification\":\""
								+ LONG + "\"}}]")),
				arguments(INFER, "{\"%1$s\":1,\"%1$s\":2}".formatted("n".repeat(40_000))),
				arguments(INFER, "{\"inputs\":[" + LONG + "]}"), arguments(INFER, "{\"inputs\":[{\"name\":\"" + LONG),
				arguments("/v2/repository/index", "{\"ready\":\"" + "n".repeat(40_000) + "\"}"),
				arguments("/v2/repository/models/echo/load", "{\"parameters\":{\"config\":\"" + LONG + "\"}}"),
				arguments("/v2/repository/models/echo/load",
						"{\"parameters\":{\"config\":\"{}\",\"file:%s\":true}}".formatted("n".repeat(40_000))));
	}

	@ParameterizedTest
	@MethodSource("longRequests")
	void whatWasSentDoesNotReturnAtLength(String path, String body) {
		HttpResponse<String> response = this.http.post(path, body);
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(HttpCaller.error(response)).doesNotContain("n".repeat(101))
			.doesNotContain("9".repeat(101))
			.hasSizeLessThan(700);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/v2/models/%s", "/v2/models/%s/ready", "/v2/models/echo/versions/%s",
			"/v2/models/%s/config", "/v2/models/%s/stats" })
	void pathDoesNotReturnAtLength(String path) {
		HttpResponse<String> response = this.http.get(path.formatted("n".repeat(4000)));
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(HttpCaller.error(response)).doesNotContain("n".repeat(101)).contains("n".repeat(80));
	}

	@ParameterizedTest
	@ValueSource(strings = { "Inference-Header-Content-Length", "Content-Encoding" })
	void headerDoesNotReturnAtLength(String header) {
		HttpResponse<String> response = this.http.post(INFER, "{}", header, "n".repeat(4000));
		assertThat(response.statusCode()).isIn(400, 501);
		assertThat(HttpCaller.error(response)).doesNotContain("n".repeat(101)).contains("n".repeat(100));
	}

	@ParameterizedTest
	@ValueSource(strings = { "\\n", "\\r\\n", "\\u001b[31m", "\\u0000", "\\u202e", "\\u2028", "\\u0085", "\\b",
			"\\u007f", "\\ud83d" })
	void controlCharactersAreEscaped(String character) {
		HttpResponse<String> response = this.http.post(INFER,
				"{\"inputs\":[" + INPUT.replace("\"x\"", "\"a" + character + "b\"") + "]}");
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(HttpCaller.error(response)).matches("[ -~]+");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"inputs\":[", "{\"inputs\":[}", "{\"inputs\":[{\"name\":\"x\"]}", "{\"a\":", "{\"a\":]",
			"[{", "{\"a\":\"", "{\"a\":1", "{\"a\":[1,2", "{\"inputs\":[{\"shape\":[1}" })
	void errorHasNoMarksOfTheParser(String body) {
		assertUnmarked(HttpCaller.error(this.http.post(INFER, body)));
		assertUnmarked(HttpCaller.error(this.http.post("/v2/repository/index", body)));
		assertUnmarked(HttpCaller.error(this.http.post("/v2/repository/models/echo/load",
				"{\"parameters\":{\"config\":\"%s\"}}".formatted(body.replace("\"", "\\\"")))));
	}

	@Test
	void errorOfMapperHasNoNamesOfClasses() {
		for (String config : List.of("[]", "1", "true", "\\\"a\\\"", "null", "[[]]", "1.5")) {
			assertUnmarked(HttpCaller.error(this.http.post("/v2/repository/models/echo/load",
					"{\"parameters\":{\"config\":\"%s\"}}".formatted(config))));
		}
	}

	private static void assertUnmarked(String error) {
		assertThat(error).doesNotContain("Source", "REDACTED", "marker at", "java.", "jackson", "JsonToken", "enable",
				"Feature");
	}

}
