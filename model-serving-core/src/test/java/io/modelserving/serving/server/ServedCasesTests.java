package io.modelserving.serving.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.modelserving.serving.BatchingPlan;
import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.Definitions;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.WarmUpSettings;
import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.model.ModelState;
import io.modelserving.model.onnx.OnnxModelLoader;
import io.modelserving.serving.BatchingSettings.Verification;
import io.modelserving.serving.scaling.InstanceSettings.OptimizeFor;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static io.modelserving.serving.server.ServerFixture.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests that models of kinds that are not all alike start in default settings and answer
 * as the runtime does alone, whoever else calls. {@code cases/answers.json} has calls and
 * the answers of ONNX Runtime in Python.
 */
class ServedCasesTests {

	private static final int TURNS = 40;

	private static final JsonNode ANSWERS = answers();

	private final ServerFixture fixture = new ServerFixture();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	static Stream<String> cases() {
		return ANSWERS.propertyNames().stream();
	}

	@ParameterizedTest
	@MethodSource("cases")
	void whenCallsShareAServerThenEachGetsItsOwnAnswer(String name) {
		ModelServer server = start(name, BatchingSettings.defaults(), WarmUpSettings.defaults());
		List<Call> calls = calls(name);
		List<CompletableFuture<InferenceResult>> results = new ArrayList<>();
		for (int turn = 0; turn < TURNS; turn++) {
			calls.forEach(call -> results.add(infer(server, call.inputs())));
		}
		for (int i = 0; i < results.size(); i++) {
			assertAnswer(results.get(i).join().outputs(), calls.get(i % calls.size()).outputs());
		}
	}

	@ParameterizedTest
	@MethodSource("cases")
	void whenCallsAreGivenAsSamplesThenTheyRunAsGiven(String name) {
		List<NamedTensors> samples = calls(name).stream().map(Call::inputs).toList();
		ModelServer server = start(name, BatchingSettings.defaults(),
				new WarmUpSettings(true, signature -> samples, WarmUpSettings.defaults().timeout()));
		assertThat(details(server).example()).isNotNull();
		assertThat(details(server).warnings()).isEmpty();
		calls(name).forEach(call -> assertAnswer(infer(server, call.inputs()).join().outputs(), call.outputs()));
	}

	@ParameterizedTest
	@MethodSource("cases")
	void whenBatchesAreOffThenNothingIsSliced(String name) {
		List<NamedTensors> samples = calls(name).stream().map(Call::inputs).toList();
		ModelServer server = start(name, Definitions.batching(1),
				new WarmUpSettings(true, signature -> samples, WarmUpSettings.defaults().timeout()));
		assertThat(details(server).example()).isSameAs(samples.get(0));
		calls(name).forEach(call -> assertAnswer(infer(server, call.inputs()).join().outputs(), call.outputs()));
	}

	@ParameterizedTest
	@MethodSource("cases")
	void whenNothingIsVerifiedThenTheModelIsServedAllTheSame(String name) {
		BatchingSettings off = Definitions.batching(null, Verification.OFF);
		ModelServer server = start(name, off, WarmUpSettings.defaults());
		calls(name).forEach(call -> assertAnswer(infer(server, call.inputs()).join().outputs(), call.outputs()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "length-regulator", "autoscale", "nms", "matmul", "expand", "graph", "unknown-rank" })
	void whenRowsAreNotIndependentThenTheModelIsUnbatchedAndTheReasonIsSaid(String name) {
		BatchingPlan plan = details(start(name, BatchingSettings.defaults(), WarmUpSettings.defaults())).plan();
		assertThat(plan.batched()).isFalse();
		assertThat(plan.reason()).isNotEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "lookup", "careless-names", "picture", "echo-text", "transpose" })
	void whenRowsAreIndependentThenTheyMayShareBatches(String name) {
		BatchingPlan plan = details(start(name, BatchingSettings.defaults(), WarmUpSettings.defaults())).plan();
		assertThat(plan.batched()).as(plan.reason()).isTrue();
	}

	@Test
	void whenAnOutputIsOfMapsThenRowsMayShareBatches() throws URISyntaxException {
		Path file = Path.of(Objects.requireNonNull(getClass().getResource("/models/sequence_map.onnx")).toURI());
		ModelServer server = this.fixture.start(new ModelDefinition(KEY, Definitions.source(file),
				new OnnxModelLoader(), true, new InstanceSettings(OptimizeFor.THROUGHPUT, 2, 1, List.of(0)),
				BatchingSettings.defaults(), WarmUpSettings.defaults()));
		assertThat(details(server).plan().batched()).as(details(server).plan().reason()).isTrue();
	}

	private ModelServer start(String name, BatchingSettings batching, WarmUpSettings warmUp) {
		ModelServer server = this.fixture
			.start(new ModelDefinition(KEY, Definitions.source(file(name)), new OnnxModelLoader(), true,
					new InstanceSettings(OptimizeFor.THROUGHPUT, 2, 1, List.of(0)), batching, warmUp));
		assertThat(server.registry().find(KEY).orElseThrow().status())
			.satisfies(status -> assertThat(status.state()).as(status.reason()).isEqualTo(ModelState.READY));
		return server;
	}

	private static ModelDetails details(ModelServer server) {
		return Objects.requireNonNull(server.registry().find(KEY).orElseThrow().details());
	}

	private static CompletableFuture<InferenceResult> infer(ModelServer server, NamedTensors inputs) {
		return server.inferenceService().infer(InferenceRequest.of(KEY.name(), inputs));
	}

	private static Path file(String name) {
		try {
			return Path.of(Objects.requireNonNull(ServedCasesTests.class.getResource("/cases/" + name + ".onnx"), name)
				.toURI());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static JsonNode answers() {
		try (InputStream json = ServedCasesTests.class.getResourceAsStream("/cases/answers.json")) {
			return JsonMapper.shared().readTree(json);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static List<Call> calls(String name) {
		return ANSWERS.get(name)
			.valueStream()
			.map(call -> new Call(tensors(call.get("inputs")), tensors(call.get("outputs"))))
			.toList();
	}

	private static NamedTensors tensors(JsonNode tree) {
		Map<String, Tensor> tensors = new LinkedHashMap<>();
		tree.forEachEntry((name, tensor) -> tensors.put(name, tensor(tensor)));
		return NamedTensors.of(tensors);
	}

	private static Tensor tensor(JsonNode tree) {
		Shape shape = Shape.of(tree.get("shape").valueStream().mapToLong(JsonNode::asLong).toArray());
		JsonNode data = tree.get("data");
		if (tree.get("datatype").asString().equals("int64")) {
			return Tensor.of(shape, data.valueStream().mapToLong(JsonNode::asLong).toArray());
		}
		float[] elements = new float[data.size()];
		for (int i = 0; i < elements.length; i++) {
			elements[i] = (float) data.get(i).asDouble();
		}
		return Tensor.of(shape, elements);
	}

	private static void assertAnswer(NamedTensors actual, NamedTensors expected) {
		assertThat(actual.names()).isEqualTo(expected.names());
		expected.asMap().forEach((name, tensor) -> {
			assertThat(actual.get(name)).hasToString(tensor.toString());
			if (tensor instanceof NumericTensor numbers && numbers.dataType().isFloatingPoint()) {
				assertThat(actual.numeric(name).toFloats()).containsExactly(numbers.toFloats(), within(1e-5f));
			}
			else {
				assertThat(actual.numeric(name).toLongs()).containsExactly(expected.numeric(name).toLongs());
			}
		});
	}

	private record Call(NamedTensors inputs, NamedTensors outputs) {
	}

}
