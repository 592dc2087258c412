package io.modelserving.openinference.http;

import java.net.http.HttpResponse;
import java.util.List;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.ModelState;
import io.modelserving.openinference.FakeModels;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what {@link MetadataHandler} answers over HTTP.
 */
@OpenInferenceHttpTest
class MetadataHttpTests {

	private static final ModelKey DIGITS = new ModelKey("digits", 1);

	private final FakeModels models;

	private final HttpCaller http;

	MetadataHttpTests(@Autowired FakeModels models, @LocalServerPort int port) {
		this.models = models;
		this.http = new HttpCaller(port);
	}

	@BeforeEach
	void addModel() {
		this.models.reset();
		this.models.add(DIGITS,
				new ModelSignature(List.of(TensorSpec.of("pixels", DataType.FP32, Shape.of(-1, 8, 8))),
						List.of(TensorSpec.of("label", DataType.INT64, Shape.of(-1)))),
				NamedTensors.of("pixels", Tensor.of(Shape.of(1, 8, 8), new float[64])));
	}

	@Test
	void serverSaysWhatItIs() {
		HttpResponse<String> response = this.http.get("/v2");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
		assertThat(response.body()).startsWith("{\"name\":\"model-serving\",\"version\":\"unknown\",\"extensions\":[");
		assertThat(HttpCaller.json(response).path("extensions").values()).extracting(JsonNode::stringValue)
			.contains("binary_tensor_data", "classification", "parameters", "schedule_policy");
		assertThat(this.http.get("/v2/").body()).isEqualTo(response.body());
	}

	@Test
	void serverIsLiveWhateverItsModelsDo() {
		this.models.set(DIGITS, ModelState.FAILED, "no such file", true);
		HttpResponse<String> response = this.http.get("/v2/health/live");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEqualTo("{\"live\":true}");
	}

	@Test
	void whenAllRequiredModelsAreReadyThenServerIsReady() {
		this.models.set(new ModelKey("extra", 1), ModelState.FAILED, "no such file", false);
		HttpResponse<String> response = this.http.get("/v2/health/ready");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEqualTo("{\"ready\":true}");
	}

	@Test
	void whenRequiredModelIsNotReadyThenServerIsNot() {
		this.models.set(new ModelKey("extra", 2), ModelState.FAILED, "no such file", true);
		HttpResponse<String> response = this.http.get("/v2/health/ready");
		assertThat(response.statusCode()).isEqualTo(503);
		assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
		assertThat(HttpCaller.error(response)).isEqualTo("model \"extra\" version 2 is FAILED: no such file");
	}

	@Test
	void headIsAnsweredLikeGet() {
		HttpResponse<String> response = this.http.send(this.http.request("/v2/health/ready")
			.method("HEAD", java.net.http.HttpRequest.BodyPublishers.noBody()));
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEmpty();
	}

	@Test
	void modelSaysWhatItTakesAndGives() {
		String expected = """
				{"name":"digits","versions":["1"],"platform":"onnx_onnxv1",\
				"inputs":[{"name":"pixels","datatype":"FP32","shape":[-1,8,8]}],\
				"outputs":[{"name":"label","datatype":"INT64","shape":[-1]}],\
				"properties":{"author":"Ada","description":"Gives back what it is given.",\
				"license":"Apache-2.0","producer":"a trainer"}}""";
		HttpResponse<String> response = this.http.get("/v2/models/digits");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEqualTo(expected);
		assertThat(this.http.get("/v2/models/digits/versions/1").body()).isEqualTo(expected);
	}

	@Test
	void modelSaysWhichInputsAreOptionalAndWhereAnyShapeIsTaken() {
		this.models.add(DIGITS,
				new ModelSignature(List.of(TensorSpec.of("x", DataType.FP32, Shape.ANY)),
						List.of(TensorSpec.of("y", DataType.FP32, Shape.ANY)),
						List.of(TensorSpec.of("scale", DataType.FP32, Shape.of(2)))),
				NamedTensors.of("x", Tensor.of(Shape.of(1), 1f)));
		assertThat(this.http.get("/v2/models/digits").body())
			.contains("\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1]},"
					+ "{\"name\":\"scale\",\"datatype\":\"FP32\",\"shape\":[2],\"optional\":true}]")
			.contains("\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[-1]}]")
			.contains("\"optional-inputs\":\"scale\"");
	}

	@Test
	void modelListsItsReadyVersions() {
		ModelSignature signature = new ModelSignature(List.of(), List.of());
		this.models.add(new ModelKey("digits", 2), signature, NamedTensors.of(java.util.Map.of()));
		this.models.set(new ModelKey("digits", 3), ModelState.LOADING, "", true);
		assertThat(HttpCaller.json(this.http.get("/v2/models/digits")).path("versions").toString())
			.isEqualTo("[\"1\",\"2\"]");
		assertThat(HttpCaller.json(this.http.get("/v2/models/digits/versions/2")).path("versions").toString())
			.isEqualTo("[\"2\"]");
	}

	@Test
	void whenModelHasNeverBeenReadyThenItsMetadataIsUnavailable() {
		this.models.set(new ModelKey("new", 1), ModelState.WARMING, "", true);
		HttpResponse<String> response = this.http.get("/v2/models/new");
		assertThat(response.statusCode()).isEqualTo(503);
		assertThat(HttpCaller.error(response)).isEqualTo("model \"new\" version 1 is WARMING");
	}

	@Test
	void modelSaysWhetherItIsReady() {
		assertThat(this.http.get("/v2/models/digits/ready").body()).isEqualTo("{\"name\":\"digits\",\"ready\":true}");
		assertThat(this.http.get("/v2/models/digits/versions/1/ready").statusCode()).isEqualTo(200);
		this.models.set(DIGITS, ModelState.DRAINING, "", true);
		HttpResponse<String> response = this.http.get("/v2/models/digits/ready");
		assertThat(response.statusCode()).isEqualTo(503);
		assertThat(HttpCaller.error(response)).isEqualTo("model \"digits\" version 1 is DRAINING");
	}

	@Test
	void whenModelIsUnknownThenThoseThereAreAreListed() {
		for (String path : List.of("/v2/models/digit", "/v2/models/digit/ready", "/v2/models/digit/versions/1")) {
			HttpResponse<String> response = this.http.get(path);
			assertThat(response.statusCode()).isEqualTo(404);
			assertThat(HttpCaller.error(response)).isEqualTo("unknown model \"digit\"; there is \"digits\"");
		}
	}

	@Test
	void whenVersionIsUnknownThenThoseThereAreAreListed() {
		for (String version : List.of("2", "0", "-1", "latest", "99999999999999999999")) {
			HttpResponse<String> response = this.http.get("/v2/models/digits/versions/" + version);
			assertThat(response.statusCode()).isEqualTo(404);
			assertThat(HttpCaller.error(response)).isEqualTo("model \"digits\" has no version \"%s\"; there is 1",
					version);
		}
	}

	@Test
	void modelsAreListed() {
		this.models.set(new ModelKey("digits", 2), ModelState.LOADING, "", true);
		assertThat(this.http.get("/v2/models").body()).isEqualTo("{\"models\":[\"digits\"]}");
	}

	@Test
	void configurationHasTheNamesThatClientsKnow() {
		String expected = """
				{"name":"digits","platform":"onnx_onnxv1","backend":"onnxruntime","max_batch_size":1,\
				"input":[{"name":"pixels","data_type":"TYPE_FP32","dims":[8,8],"is_shape_tensor":false,\
				"allow_ragged_batch":false,"optional":false}],\
				"output":[{"name":"label","data_type":"TYPE_INT64","dims":[],"is_shape_tensor":false}],\
				"instance_group":[{"name":"digits","count":1,"kind":"KIND_AUTO"}]}""";
		assertThat(this.http.get("/v2/models/digits/config").body()).isEqualTo(expected);
		assertThat(this.http.get("/v2/models/digits/versions/1/config").body()).isEqualTo(expected);
		assertThat(this.http.get("/v2/models/digit/config").statusCode()).isEqualTo(404);
	}

	@Test
	void statisticsAreOfOneVersionOrOfAll() {
		String none = "{\"count\":0,\"ns\":0}";
		String expected = """
				{"model_stats":[{"name":"digits","version":"1","last_inference":0,"inference_count":0,\
				"execution_count":0,"inference_stats":{"success":%1$s,"fail":%1$s,"queue":%1$s,"compute_input":%1$s,\
				"compute_infer":%1$s,"compute_output":%1$s,"cache_hit":%1$s,"cache_miss":%1$s},"response_stats":{},\
				"batch_stats":[],"memory_usage":[]}]}""".formatted(none);
		for (String path : List.of("/v2/models/stats", "/v2/models/digits/stats",
				"/v2/models/digits/versions/1/stats")) {
			assertThat(this.http.get(path).body()).isEqualTo(expected);
		}
		assertThat(this.http.get("/v2/models/digits/versions/2/stats").statusCode()).isEqualTo(404);
	}

	@Test
	void whenApplicationDoesNotAllowItThenNothingIsLoaded() {
		for (String action : List.of("load", "unload")) {
			HttpResponse<String> response = this.http.post("/v2/repository/models/digits/" + action, "{");
			assertThat(response.statusCode()).isEqualTo(403);
			assertThat(HttpCaller.error(response)).isEqualTo("models may not be loaded or unloaded by callers; "
					+ "model-serving.open-inference.allow-repository-control=true allows it");
		}
	}

	@Test
	void whatMakesNoSenseInProcessIsNotOffered() {
		for (String path : List.of("/v2/trace/setting", "/v2/models/digits/trace/setting", "/v2/logging",
				"/v2/systemsharedmemory/status", "/v2/cudasharedmemory/region/a/register")) {
			HttpResponse<String> response = this.http.post(path, "");
			assertThat(response.statusCode()).isEqualTo(501);
			assertThat(HttpCaller.error(response)).contains(":");
			assertThat(this.http.get(path).statusCode()).isEqualTo(501);
		}
	}

}
