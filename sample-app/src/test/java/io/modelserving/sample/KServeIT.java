package io.modelserving.sample;

import java.io.InputStream;
import java.io.Reader;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts the sample as KServe would, by the runtimes in {@code kserve/}: with their
 * arguments, the name of the InferenceService in them, and a model as the storage
 * initializer and the modelcar lay it out.
 */
class KServeIT {

	private static final String IMAGE = "{\"inputs\": [{\"name\": \"%s\", \"datatype\": \"FP32\", \"shape\": [1, %s], \"data\": %s}]}";

	private static List<Map<String, Object>> runtimes() throws Exception {
		try (Reader reader = Files.newBufferedReader(Path.of("../kserve/servingruntime.yaml"))) {
			return StreamSupport.stream(new Yaml().loadAll(reader).spliterator(), false)
				.map((document) -> new Yaml().<Map<String, Object>>load(new Yaml().dump(document)))
				.toList();
		}
	}

	private static Map<String, Object> container(Map<String, Object> runtime) {
		return JsonPath.read(runtime, "$.spec.containers[0]");
	}

	@Test
	void anInferenceServiceRunsTheImage(@TempDir Path folder) throws Exception {
		Map<String, Object> container = container(runtimes().get(0));
		Path files = Files.createDirectories(folder.resolve("proc/root/models"));
		try (InputStream model = getClass().getResourceAsStream("/models/digits.onnx")) {
			Files.copy(model, files.resolve("model.onnx"));
		}
		Path mounted = Files.createSymbolicLink(folder.resolve("models"), files);
		List<String> arguments = JsonPath.<List<String>>read(container, "$.args")
			.stream()
			.filter((argument) -> !argument.startsWith("--server.port="))
			.map((argument) -> argument.replace("{{.Name}}", "my-digits").replace("/mnt/models", mounted.toString()))
			.toList();
		try (RunningSample sample = RunningSample.start(folder, arguments.toArray(String[]::new))) {
			SampleClient client = SampleClient.whenReady(sample.port());
			for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
				String path = JsonPath.read(container, "$." + probe + ".httpGet.path");
				assertThat(client.get(path).statusCode()).as(path).isEqualTo(200);
			}
			String metrics = JsonPath.read(runtimes().get(0), "$.spec.annotations['prometheus.kserve.io/path']");
			assertThat(client.get(metrics).body()).contains("model=\"my-digits\"");
			assertThat(client.get("/v2/models/my-digits/ready").statusCode()).isEqualTo(200);
			String metadata = client.get("/v2/models/digits").body();
			assertThat(JsonPath.<List<Object>>read(client.get("/v2/models/my-digits").body(), "$.inputs"))
				.isEqualTo(JsonPath.read(metadata, "$.inputs"));
			String request = request(metadata);
			assertThat(outputs(client.post("/v2/models/my-digits/infer", request)))
				.isEqualTo(outputs(client.post("/v2/models/digits/infer", request)));
		}
	}

	private static String request(String metadata) {
		List<Integer> shape = JsonPath.read(metadata, "$.inputs[0].shape");
		int size = shape.stream().skip(1).mapToInt(Integer::intValue).reduce(1, (one, other) -> one * other);
		return IMAGE.formatted(JsonPath.<String>read(metadata, "$.inputs[0].name"),
				shape.stream().skip(1).map(String::valueOf).reduce((one, other) -> one + ", " + other).orElseThrow(),
				IntStream.range(0, size).mapToObj((i) -> Float.toString(i % 7 / 7F)).toList());
	}

	private static Object outputs(HttpResponse<String> response) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return JsonPath.read(response.body(), "$.outputs");
	}

	@Test
	void theManifestsKeepTheConventions() throws Exception {
		assertThat(runtimes()).allSatisfy((runtime) -> {
			assertThat(runtime).containsEntry("apiVersion", "serving.kserve.io/v1alpha1")
				.containsEntry("kind", "ServingRuntime");
			Map<String, Object> container = container(runtime);
			assertThat(container).containsEntry("name", "kserve-container");
			assertThat(JsonPath.<List<String>>read(container, "$.args"))
				.contains("--model-serving.models.{{.Name}}.location=/mnt/models");
			assertThat(JsonPath.<List<Object>>read(container, "$.ports")).hasSize(1);
			List<String> protocols = JsonPath.read(runtime, "$.spec.protocolVersions");
			String port = JsonPath.read(container, "$.ports[0].name");
			assertThat(port).isEqualTo(protocols.equals(List.of("v2")) ? "http1" : "h2c");
		});
		try (Reader reader = Files.newBufferedReader(Path.of("../kserve/inferenceservice.yaml"))) {
			Object service = new Yaml().load(reader);
			assertThat(JsonPath.<String>read(service, "$.spec.predictor.model.runtime"))
				.isEqualTo(JsonPath.read(runtimes().get(0), "$.metadata.name"));
		}
	}

}
