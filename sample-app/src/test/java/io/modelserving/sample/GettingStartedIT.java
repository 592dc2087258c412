package io.modelserving.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.jayway.jsonpath.DocumentContext;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.grpc.GRPCInferenceServiceGrpc;
import io.modelserving.grpc.ModelReadyRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Builds applications in empty directories from what the documentation shows, and asks
 * them.
 */
class GettingStartedIT {

	private static final Pattern BOOT = Pattern
		.compile("(?<=<artifactId>spring-boot-starter-parent</artifactId>\\n\\t\\t<version>)[^<]+");

	private static final Pattern GRPC_PORT = Pattern.compile("gRPC Server started.*:(\\d+)");

	@Test
	void whenReadmeIsFollowedThenModelAnswers(@TempDir Path folder) throws IOException, InterruptedException {
		try (RunningSample application = build(folder, readme())) {
			assertAnswers(application);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "4.1.0", "4.1.2" })
	void whenGrpcIsAddedThenModelAnswersThereToo(String boot, @TempDir Path folder)
			throws IOException, InterruptedException {
		Map<String, String> files = readme();
		List<String> additions = Readme.read("docs/grpc.md").blocks("xml");
		assertThat(additions).hasSize(2);
		files.computeIfPresent("pom.xml",
				(name, pom) -> BOOT.matcher(pom)
					.replaceFirst(boot)
					.replaceFirst("(?s)(.*)(</dependencies>)", "$1" + additions.get(0) + "$2")
					.replaceFirst("<dependencyManagement>", additions.get(1) + "$0"));
		try (RunningSample application = build(folder, files)) {
			assertAnswers(application);
			assertThat(application.output()).contains("(v" + boot + ")");
			assertAnswersOverGrpc(application);
		}
	}

	private static Map<String, String> readme() throws IOException {
		return new HashMap<>(Readme.read()
			.blocks()
			.stream()
			.filter(block -> block.file() != null)
			.collect(Collectors.toMap(block -> Objects.requireNonNull(block.file()), Readme.Block::content)));
	}

	private static RunningSample build(Path folder, Map<String, String> files)
			throws IOException, InterruptedException {
		assertThat(files).containsKeys("pom.xml", "src/main/java/com/example/demo/DemoApplication.java",
				"src/main/resources/application.yml");
		NewApplication application = NewApplication.write(folder, files);
		Files.copy(Path.of("src/main/resources/models/digits.onnx"), application.directory().resolve("digits.onnx"));
		List<String> commands = Readme.read().blocks("sh").stream().flatMap(String::lines).toList();
		application.run(only(commands, "mvn "));
		return application.start(only(commands, "java -jar "));
	}

	private static String only(List<String> commands, String beginning) {
		Stream<String> found = commands.stream().filter(command -> command.startsWith(beginning));
		return found.reduce((first, second) -> {
			throw new AssertionError("two commands: " + first + ", " + second);
		}).orElseThrow();
	}

	private static void assertAnswers(RunningSample application) {
		SampleClient client = new SampleClient(application.port());
		await().atMost(SampleClient.PATIENCE)
			.untilAsserted(() -> assertThat(client.get("/v2/models/digits/ready").statusCode()).isEqualTo(200));
		DocumentContext answer = SampleClient.ok(client.post("/v2/models/digits/infer", """
				{"inputs": [{"name": "pixels", "datatype": "FP32", "shape": [1, 8, 8], "data": %s}]}"""
			.formatted(Collections.nCopies(8 * 8, 0))));
		assertThat(answer.<List<Number>>read("$.outputs[?(@.name == 'probabilities')].data[*]")).hasSize(10);
		assertThat(client.get("/actuator/models/digits").statusCode()).isEqualTo(200);
		assertThat(client.get("/actuator/prometheus").body()).contains("model_serving_");
	}

	private static void assertAnswersOverGrpc(RunningSample application) {
		int port = GRPC_PORT.matcher(application.output())
			.results()
			.map(started -> Integer.parseInt(started.group(1)))
			.findFirst()
			.orElseThrow(() -> new AssertionError(application.output()));
		ManagedChannel channel = ManagedChannelBuilder.forAddress("localhost", port).usePlaintext().build();
		try {
			assertThat(GRPCInferenceServiceGrpc.newBlockingStub(channel)
				.modelReady(ModelReadyRequest.newBuilder().setName("digits").build())
				.getReady()).isTrue();
		}
		finally {
			channel.shutdownNow();
		}
	}

}
