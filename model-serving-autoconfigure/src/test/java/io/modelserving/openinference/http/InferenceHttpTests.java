package io.modelserving.openinference.http;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.openinference.FakeModels;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests what {@link InferenceHandler} answers over HTTP.
 */
@OpenInferenceHttpTest
class InferenceHttpTests {

	private static final String INFER = "/v2/models/echo/infer";

	private static final String SMALL = """
			{"inputs":[{"name":"x","shape":[2],"datatype":"INT64","data":[1,2]}]}""";

	private final FakeModels models;

	private final HttpCaller http;

	InferenceHttpTests(@Autowired FakeModels models, @LocalServerPort int port) {
		this.models = models;
		this.http = new HttpCaller(port);
	}

	@BeforeEach
	void addModel() {
		this.models.reset();
		List<TensorSpec> specs = List.of(TensorSpec.of("x", DataType.INT64, Shape.of(-1)),
				TensorSpec.of("y", DataType.INT64, Shape.of(-1)));
		this.models.add(new ModelKey("echo", 1), new ModelSignature(specs, specs), NamedTensors.of(Map.of()));
	}

	static Stream<Arguments> tensors() {
		return Stream.of(arguments("BOOL", "[3]", "[true,false,true]"), arguments("UINT8", "[3]", "[0,1,255]"),
				arguments("UINT16", "[2]", "[0,65535]"), arguments("UINT32", "[2]", "[0,4294967295]"),
				arguments("UINT64", "[2]", "[0,18446744073709551615]"), arguments("INT8", "[2]", "[-128,127]"),
				arguments("INT16", "[2]", "[-32768,32767]"), arguments("INT32", "[2]", "[-2147483648,2147483647]"),
				arguments("INT64", "[2]", "[-9223372036854775808,9223372036854775807]"),
				arguments("FP16", "[3]", "[0.5,-65504.0,\"NaN\"]"), arguments("BF16", "[3]", "[1.0,-0.5,\"Infinity\"]"),
				arguments("FP32", "[4]", "[0.1,\"NaN\",\"Infinity\",\"-Infinity\"]"),
				arguments("FP64", "[3]", "[0.1,1.7976931348623157E308,\"-Infinity\"]"),
				arguments("BYTES", "[3]", "[\"\",\"grüße\",\"\\\"\"]"), arguments("FP32", "[]", "[1.5]"),
				arguments("BYTES", "[]", "[\"a\"]"), arguments("FP32", "[0,3]", "[]"),
				arguments("INT32", "[1,2,2]", "[1,2,3,4]"));
	}

	@ParameterizedTest
	@MethodSource("tensors")
	void tensorComesBackAsItWent(String dataType, String shape, String data) {
		HttpResponse<String> response = this.http.post(INFER, """
				{"inputs":[{"name":"x","shape":%s,"datatype":"%s","data":%s}]}""".formatted(shape, dataType, data));
		assertThat(response.body()).isEqualTo("""
				{"model_name":"echo","model_version":"1","outputs":[\
				{"name":"x","shape":%s,"datatype":"%s","data":%s}]}""".formatted(shape, dataType, data));
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
		assertThat(response.headers().firstValueAsLong("Content-Length")).isPresent();
	}

	@ParameterizedTest
	@CsvSource({ "application/json,", "application/octet-stream,", "application/x-www-form-urlencoded,text/html",
			"text/plain,application/xml", "application/json;charset=utf-16,*/*" })
	void mediaTypesDoNotMatter(String contentType, String accept) {
		HttpResponse<String> response = (accept != null)
				? this.http.post(INFER, SMALL, "Content-Type", contentType, "Accept", accept)
				: this.http.post(INFER, SMALL, "Content-Type", contentType);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
	}

	@Test
	void idComesBack() {
		HttpResponse<String> response = this.http.post(INFER,
				SMALL.replaceFirst("\\{", "{\"id\":\"a \\\\\"1\\\\\"\","));
		assertThat(HttpCaller.json(response).path("id").stringValue()).isEqualTo("a \"1\"");
	}

	@Test
	void versionIsThatOfThePath() {
		this.models.add(new ModelKey("echo", 7), new ModelSignature(List.of(), List.of()), NamedTensors.of(Map.of()));
		HttpResponse<String> response = this.http.post("/v2/models/echo/versions/7/infer", SMALL);
		assertThat(HttpCaller.json(response).path("model_version").stringValue()).isEqualTo("7");
		assertThat(this.models.requests()).extracting(InferenceRequest::version).containsExactly(7L);
	}

	@Test
	void timeoutIsInMicroseconds() {
		this.http.post(INFER, SMALL.replaceFirst("\\{", "{\"parameters\":{\"timeout\":1500000},"));
		this.http.post(INFER, SMALL.replaceFirst("\\{", "{\"parameters\":{\"timeout\":0},"));
		this.http.post(INFER, SMALL);
		assertThat(this.models.requests()).extracting((request) -> request.deadline().timeout())
			.containsExactly(Duration.ofMillis(1500), null, null);
	}

	@Test
	void priorityAndRoutingKeyAreThoseOfTheParameters() {
		this.http.post(INFER, SMALL.replaceFirst("\\{", "{\"parameters\":{\"priority\":2,\"routing_key\":\"ada\"},"));
		this.http.post(INFER, SMALL);
		assertThat(this.models.requests()).extracting(InferenceRequest::priority).containsExactly(2, 0);
		assertThat(this.models.requests()).extracting(InferenceRequest::routingKey).containsExactly("ada", null);
	}

	@Test
	void whenTrafficNamesAHeaderThenItIsTheRoutingKey() {
		this.models.route("echo", Traffic.NONE.withStickyHeader("X-User"));
		this.http.post(INFER, SMALL.replaceFirst("\\{", "{\"parameters\":{\"routing_key\":\"ada\"},"), "X-User",
				"grace");
		assertThat(this.models.requests()).extracting(InferenceRequest::routingKey).containsExactly("grace");
	}

	@Test
	void onlyTheOutputsAskedForComeBack() {
		HttpResponse<String> response = this.http.post(INFER, """
				{"inputs":[{"name":"x","shape":[1],"datatype":"INT64","data":[1]},
				{"name":"y","shape":[1],"datatype":"INT64","data":[2]}],
				"outputs":[{"name":"y","parameters":{"binary_data":false}}]}""");
		assertThat(response.body()).contains("\"y\"").doesNotContain("\"x\"");
	}

	@Test
	void answerMayComeLater() {
		this.models.answer((request) -> CompletableFuture.supplyAsync(() -> this.models.echo(request).join()));
		assertThat(this.http.post(INFER, SMALL).statusCode()).isEqualTo(200);
	}

	@Test
	void longAnswerComesWhole() {
		float[] elements = new float[1_000_000];
		this.models.answer((request) -> CompletableFuture.completedFuture(new InferenceResult(new ModelKey("echo", 1),
				NamedTensors.of("x", Tensor.of(Shape.of(elements.length), elements)))));
		HttpResponse<String> response = this.http.post(INFER, SMALL);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(HttpCaller.json(response).path("outputs").path(0).path("data").size()).isEqualTo(elements.length);
	}

}
