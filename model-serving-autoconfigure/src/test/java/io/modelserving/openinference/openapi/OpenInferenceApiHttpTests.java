package io.modelserving.openinference.openapi;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelMetadata;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.ModelState;
import io.modelserving.openapi.ModelOpenApi;
import io.modelserving.openapi.OperationFilter;
import io.modelserving.openinference.FakeModels;
import io.modelserving.openinference.http.OpenInferenceHttpTest;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;
import io.swagger.v3.oas.models.OpenAPI;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests {@link OpenInferenceApi} by the document that springdoc makes of it.
 */
@OpenInferenceHttpTest
class OpenInferenceApiHttpTests {

	private static final ModelKey DIGITS = new ModelKey("digits", 1);

	private static final ModelSignature SIGNATURE = new ModelSignature(
			List.of(new TensorSpec("pixels", DataType.FP32, Shape.of(-1, 4), List.of("batch", "")),
					TensorSpec.of("title", DataType.BYTES, Shape.of(-1))),
			List.of(TensorSpec.of("label", DataType.INT64, Shape.of(-1))));

	private static final NamedTensors EXAMPLE = NamedTensors.of("pixels",
			Tensor.of(Shape.of(1, 4), 0.25f, 0.1f, 3f, Float.NaN), "title", Tensor.of(Shape.of(1), "a \"title\""));

	private final FakeModels models;

	private final int port;

	OpenInferenceApiHttpTests(@Autowired FakeModels models, @LocalServerPort int port) {
		this.models = models;
		this.port = port;
	}

	@BeforeEach
	void addModel() {
		this.models.reset();
		this.models.add(DIGITS, SIGNATURE, EXAMPLE);
	}

	@Test
	void loadingIsDescribedOnlyWhereCallersMayLoad() {
		String load = "/v2/repository/models/{model}/load";
		String unload = "/v2/repository/models/{model}/unload";
		assertThat(paths(false)).contains("/v2/repository/index").doesNotContain(load, unload);
		assertThat(paths(true)).contains("/v2/repository/index", load, unload);
	}

	private Set<String> paths(boolean repositoryControl) {
		OpenAPI api = new OpenAPI();
		new ModelOpenApi(List.of(new OpenInferenceApi(this.models,
				new ExampleResponses(() -> this.models, () -> this.models), "/v2", repositoryControl)),
				() -> OperationFilter.NONE)
			.customise(api);
		return api.getPaths().keySet();
	}

	@Test
	void modelHasAnOperationOfItsOwn() {
		JsonNode operation = document().at("/paths/~1v2~1models~1digits~1infer/post");
		assertThat(operation.path("tags").toString()).isEqualTo("[\"digits\"]");
		assertThat(operation.path("description").stringValue())
			.isEqualTo("Gives back what it is given.\n\nVersion 1, onnx_onnxv1, author: Ada, license: Apache-2.0.");
		JsonNode inputs = operation.at("/requestBody/content/application~1json/schema/properties/inputs");
		JsonNode pixels = inputs.at("/items/oneOf/0/properties");
		assertThat(pixels.at("/name/enum").toString()).isEqualTo("[\"pixels\"]");
		assertThat(pixels.at("/datatype/enum").toString()).isEqualTo("[\"FP32\"]");
		assertThat(pixels.at("/shape/description").stringValue())
			.isEqualTo("[batch, 4], where any size will do for a name or -1");
		assertThat(pixels.at("/data/items/type").stringValue()).isEqualTo("number");
		assertThat(inputs.at("/items/oneOf/1/properties/data/items/type").stringValue()).isEqualTo("string");
		assertThat(operation.at("/responses/200/content/application~1json/schema/properties/outputs/items/title")
			.stringValue()).isEqualTo("label");
		assertThat(operation.path("responses").propertyNames()).containsExactlyInAnyOrder("200", "400", "404", "408",
				"413", "429", "500", "501", "503", "504");
		assertThat(operation.at("/responses/429/content/application~1json/schema/$ref").stringValue())
			.isEqualTo("#/components/schemas/OpenInferenceError");
	}

	/** {@code BodyTimeoutHttpTests} has a body that arrives too slowly. */
	@Test
	void everyErrorThatIsDescribedOccurs() {
		JsonNode described = document().at("/paths/~1v2~1models~1digits~1infer/post/responses");
		String example = document()
			.at("/paths/~1v2~1models~1digits~1infer/post/requestBody/content/application~1json/example")
			.toString();
		Set<Integer> occurred = new TreeSet<>(Set.of(408));
		occurred.add(error(infer("{"), described));
		occurred.add(error(infer(" ".repeat(20_000)), described));
		occurred.add(error(infer(example).header("Content-Encoding", "br"), described));
		List.of(new ModelNotFound("gone"), new Overloaded("full", Duration.ofSeconds(1)),
				new IllegalStateException("broken"), new ModelUnavailable("loading", Duration.ofSeconds(1)),
				new DeadlineExceeded("late"))
			.forEach((failure) -> {
				this.models.fail(failure);
				occurred.add(error(infer(example), described));
			});
		assertThat(occurred).map(String::valueOf)
			.containsExactlyInAnyOrderElementsOf(
					described.propertyNames().stream().filter((status) -> !status.equals("200")).toList());
	}

	private HttpRequest.Builder infer(String body) {
		return request("/v2/models/digits/infer").POST(BodyPublishers.ofString(body));
	}

	private static int error(HttpRequest.Builder request, JsonNode described) {
		HttpResponse<String> response = exchange(request);
		assertThat(JsonMapper.shared().readTree(response.body()).path("error").isString()).isTrue();
		assertThat(described.path(Integer.toString(response.statusCode())).path("headers").propertyNames())
			.allMatch((header) -> response.headers().firstValue(header).isPresent());
		return response.statusCode();
	}

	@Test
	void whenAnInputIsOptionalOrOfUnknownRankThenTheSchemaAllowsIt() {
		this.models.add(DIGITS,
				new ModelSignature(List.of(TensorSpec.of("x", DataType.FP32, Shape.ANY)), SIGNATURE.outputs(),
						List.of(TensorSpec.of("scale", DataType.FP32, Shape.of(2)))),
				NamedTensors.of("x", Tensor.of(Shape.of(1), 1f)));
		JsonNode inputs = document()
			.at("/paths/~1v2~1models~1digits~1infer/post/requestBody/content/application~1json/schema/properties/inputs");
		assertThat(inputs.path("minItems").intValue()).isEqualTo(1);
		assertThat(inputs.path("maxItems").intValue()).isEqualTo(2);
		JsonNode shape = inputs.at("/items/oneOf/0/properties/shape");
		assertThat(shape.has("minItems") || shape.has("maxItems")).isFalse();
		assertThat(shape.path("description").stringValue()).isEqualTo("Any number of dimensions of any size");
	}

	@Test
	void whatModelsFileSaysIsNoMarkup() {
		String hostile = "<img src=x onerror=alert(1)> [click](javascript:alert(1)) ![x](https://evil.example)";
		this.models.add(DIGITS, SIGNATURE, EXAMPLE, new ModelMetadata("onnx_onnxv1", "", hostile,
				Map.of("author", hostile, "license", "<script>alert(1)</script>")));
		JsonNode document = document();
		String operation = document.at("/paths/~1v2~1models~1digits~1infer/post/description").stringValue();
		String tag = document.path("tags")
			.valueStream()
			.filter((node) -> node.path("name").stringValue().equals("digits"))
			.findFirst()
			.orElseThrow()
			.path("description")
			.stringValue();
		assertThat(List.of(operation, tag)).allSatisfy((text) -> assertThat(text).doesNotContain("<", "](")
			.contains("&lt;img src=x onerror=alert\\(1\\)&gt; \\[click\\]\\(javascript:"));
	}

	@Test
	void tensorsMayBeBytes() {
		JsonNode operation = document().at("/paths/~1v2~1models~1digits~1infer/post");
		assertThat(operation.at("/requestBody/content").propertyNames()).containsExactly("application/json",
				"application/octet-stream");
		assertThat(operation.at("/parameters/0/name").stringValue()).isEqualTo("Inference-Header-Content-Length");
		assertThat(operation.at("/responses/200/content").propertyNames()).containsExactly("application/json",
				"application/octet-stream");
		assertThat(operation.at("/responses/200/headers").propertyNames())
			.containsExactly("Inference-Header-Content-Length");
		JsonNode request = operation.at("/requestBody/content/application~1json/schema/properties");
		assertThat(request.at("/parameters/properties").propertyNames()).contains("timeout", "priority", "routing_key",
				"binary_data_output");
		assertThat(request.at("/outputs/items/properties/parameters/properties").propertyNames())
			.containsExactlyInAnyOrder("binary_data", "classification");
	}

	@Test
	void exampleCanBeExecuted() {
		String example = document()
			.at("/paths/~1v2~1models~1digits~1infer/post/requestBody/content/application~1json/example")
			.toString();
		assertThat(send(request("/v2/models/digits/infer").POST(BodyPublishers.ofString(example))))
			.contains("\"data\":[0.25,0.1,3.0,\"NaN\"]");
		assertThat(this.models.requests()).extracting(InferenceRequest::inputs)
			.first()
			.satisfies((inputs) -> SIGNATURE.check(inputs))
			.satisfies((inputs) -> assertThat(inputs.strings("title").elements()).containsExactly("a \"title\""));
	}

	@Test
	void exampleOfAHugeInputCanBeExecuted() {
		ModelSignature picture = new ModelSignature(
				List.of(TensorSpec.of("x", DataType.UINT8, Shape.of(-1, 3, 100, 100))),
				List.of(TensorSpec.of("y", DataType.FP32, Shape.of(-1, 3))));
		this.models.add(DIGITS, picture,
				NamedTensors.of("x", Tensor.of(DataType.UINT8, Shape.of(1, 3, 100, 100), ByteBuffer.allocate(30_000))));
		JsonNode json = document().at("/paths/~1v2~1models~1digits~1infer/post/requestBody/content/application~1json");
		assertThat(json.path("example").toString()).hasSizeLessThan(200);
		assertThat(json.at("/schema/properties/inputs/items/required").toString()).doesNotContain("data\"]");
		send(request("/v2/models/digits/infer").POST(BodyPublishers.ofString(json.path("example").toString())));
		assertThat(this.models.requests()).singleElement()
			.satisfies((request) -> picture.check(request.inputs()))
			.satisfies((request) -> assertThat(request.inputs().numeric("x").toLongs()).containsOnly(0));
	}

	@Test
	void modelAppearsWhenItIsReadyAndDisappearsWithTheModel() {
		this.models.set(new ModelKey("late", 1), ModelState.LOADING, "", true);
		assertThat(document().path("paths").propertyNames()).doesNotContain("/v2/models/late/infer");
		this.models.add(new ModelKey("late", 1), SIGNATURE, EXAMPLE);
		assertThat(document().path("paths").propertyNames()).contains("/v2/models/late/infer",
				"/v2/models/digits/infer");
		this.models.reset();
		this.models.add(DIGITS, SIGNATURE, EXAMPLE);
		assertThat(document().path("paths").propertyNames()).doesNotContain("/v2/models/late/infer");
	}

	@Test
	void genericOperationsAreDescribed() {
		JsonNode paths = document().path("paths");
		assertThat(paths.propertyNames()).contains("/v2", "/v2/health/live", "/v2/health/ready", "/v2/models/{model}",
				"/v2/models/{model}/versions/{version}", "/v2/models/{model}/ready",
				"/v2/models/{model}/versions/{version}/ready");
		assertThat(paths.at("/~1v2~1models~1{model}/get/parameters/0/in").stringValue()).isEqualTo("path");
		assertThat(paths.at("/~1v2~1health~1ready/get/responses").propertyNames()).containsExactly("200", "503");
	}

	@Test
	void nameOfModelIsEncodedInItsPath() {
		this.models.add(new ModelKey("ümlaut {1}", 1), SIGNATURE, EXAMPLE);
		assertThat(document().path("paths").propertyNames()).contains("/v2/models/%C3%BCmlaut%20%7B1%7D/infer");
	}

	@Test
	void tagOfModelIsDescribed() {
		assertThat(document().path("tags"))
			.extracting((tag) -> tag.path("name").stringValue(), (tag) -> tag.path("description").stringValue())
			.contains(tuple("digits", "Gives back what it is given."));
	}

	private JsonNode document() {
		return JsonMapper.shared().readTree(send(request("/v3/api-docs").GET()));
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path));
	}

	private static String send(HttpRequest.Builder request) {
		HttpResponse<String> response = exchange(request);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return response.body();
	}

	private static HttpResponse<String> exchange(HttpRequest.Builder request) {
		try {
			return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
