package io.modelserving.serving.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.modelserving.model.InferenceException;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.graph.Hazard;
import io.modelserving.model.onnx.OnnxModelLoader;
import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.Definitions;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.WarmUpSettings;
import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.serving.scaling.InstanceSettings.OptimizeFor;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.StringTensor;

import static io.modelserving.serving.server.ServerFixture.KEY;
import static io.modelserving.serving.server.ServerFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests that variants of the kinds of models of {@link ServedCasesTests} start in default
 * settings and answer as the runtime does alone, whoever else calls.
 */
class ServedVariantsTests {

	private static final int TURNS = 12;

	/** The models of {@code cases}, "transpose" being of the kind of "nms". */
	private static final List<String> KINDS = List.of("length-regulator", "autoscale", "nms", "matmul", "expand",
			"lookup", "audio", "graph", "default-input", "careless-names", "unknown-rank", "loop", "integer-division",
			"echo-text", "picture");

	private static final List<ServedVariant> VARIANTS = ServedVariant.all(KINDS);

	private final ServerFixture fixture = new ServerFixture();

	@TempDir
	Path directory;

	@AfterEach
	void close() {
		this.fixture.close();
	}

	static Stream<ServedVariant> variants() {
		return VARIANTS.stream();
	}

	static Stream<ServedVariant> endless() {
		return VARIANTS.stream().filter((variant) -> !variant.endless().isEmpty());
	}

	@Test
	void eachKindHasTenVariants() {
		Map<String, Long> counts = VARIANTS.stream()
			.collect(Collectors.groupingBy(ServedVariant::kind, Collectors.counting()));
		assertThat(counts).containsOnlyKeys(KINDS)
			.allSatisfy((kind, count) -> assertThat(count).isGreaterThanOrEqualTo(10));
		assertThat(VARIANTS).extracting(ServedVariant::toString).doesNotHaveDuplicates();
		assertThat(VARIANTS).noneMatch((variant) -> variant.calls().isEmpty());
		assertThat(endless().count()).isGreaterThanOrEqualTo(10);
	}

	@ParameterizedTest
	@MethodSource("variants")
	void whenAVariantIsServedThenEachCallGetsWhatItGetsAlone(ServedVariant variant) {
		List<Object> expected = variant.calls().stream().map((call) -> alone(variant, call)).toList();
		assertThat(expected).as("answers").anyMatch(NamedTensors.class::isInstance);
		for (int i = 0; i < variant.answers().size(); i++) {
			assertAnswer((NamedTensors) expected.get(i), variant.answers().get(i));
		}
		ModelServer server = start(variant);
		assertUnderstood(variant, server);
		List<CompletableFuture<InferenceResult>> results = new ArrayList<>();
		for (int turn = 0; turn < TURNS; turn++) {
			variant.calls().forEach((call) -> results.add(infer(server, call, null)));
		}
		for (int i = 0; i < results.size(); i++) {
			assertAnswer(results.get(i), expected.get(i % expected.size()));
		}
		assertExampleRuns(variant, server);
	}

	@ParameterizedTest
	@MethodSource("endless")
	void whenARunHasNoEndThenTheDeadlineEndsItAndTheInstanceServesOn(ServedVariant variant) {
		ModelServer server = start(variant);
		for (NamedTensors call : variant.endless()) {
			assertThat(failure(infer(server, call, Duration.ofMillis(50)))).isInstanceOf(DeadlineExceeded.class);
		}
		variant.calls().forEach((call) -> assertAnswer(infer(server, call, null), alone(variant, call)));
		assertThat(server.registry().find(KEY).orElseThrow().batcher().hungInstances()).isZero();
	}

	private static void assertUnderstood(ServedVariant variant, ModelServer server) {
		ModelDetails details = details(server);
		assertThat(details.plan().batched()).as(details.plan().reason()).isEqualTo(variant.batched());
		assertThat(details.plan().reason()).contains(variant.reason());
		assertThat(details.analysis().hazards()).extracting(Hazard::operator)
			.containsExactlyInAnyOrderElementsOf(variant.hazards());
		assertThat(details.signature().optionalNames()).isEqualTo(variant.optionalNames());
		assertThat(details.nonFiniteOutputs()).isEmpty();
	}

	private void assertExampleRuns(ServedVariant variant, ModelServer server) {
		NamedTensors example = details(server).example();
		if (variant.kind().equals("picture")) {
			assertThat(example).isNotNull();
		}
		if (example != null) {
			assertAnswer(infer(server, example, null), alone(variant, example));
		}
	}

	private Object alone(ServedVariant variant, NamedTensors call) {
		try {
			return variant.alone(call, this.directory);
		}
		catch (InferenceException ex) {
			return ex;
		}
	}

	private static void assertAnswer(CompletableFuture<InferenceResult> call, Object expected) {
		if (expected instanceof NamedTensors outputs) {
			assertAnswer(call.join().outputs(), outputs);
		}
		else {
			assertThat(failure(call)).isInstanceOfAny(InvalidInput.class, ExecutionFailed.class);
		}
	}

	private static void assertAnswer(NamedTensors actual, NamedTensors expected) {
		assertThat(actual.names()).isEqualTo(expected.names());
		expected.asMap().forEach((name, tensor) -> {
			assertThat(actual.get(name)).hasToString(tensor.toString());
			if (tensor instanceof StringTensor texts) {
				assertThat(actual.strings(name).elements()).isEqualTo(texts.elements());
			}
			else {
				assertNumbers(actual.numeric(name), (NumericTensor) tensor);
			}
		});
	}

	private static void assertNumbers(NumericTensor actual, NumericTensor expected) {
		if (expected.dataType().isFloatingPoint()) {
			assertThat(actual.toFloats()).containsExactly(expected.toFloats(), within(1e-5f));
		}
		else {
			assertThat(actual.toLongs()).containsExactly(expected.toLongs());
		}
	}

	private ModelServer start(ServedVariant variant) {
		return this.fixture.start(new ModelDefinition(KEY, Definitions.source(variant.write(this.directory)),
				new OnnxModelLoader(), true, new InstanceSettings(OptimizeFor.THROUGHPUT, 2, 1, List.of(0)),
				BatchingSettings.defaults(), WarmUpSettings.defaults()));
	}

	private static ModelDetails details(ModelServer server) {
		return Objects.requireNonNull(server.registry().find(KEY).orElseThrow().details());
	}

	private static CompletableFuture<InferenceResult> infer(ModelServer server, NamedTensors inputs,
			@Nullable Duration timeout) {
		return server.inferenceService().infer(InferenceRequest.builder(KEY.name(), inputs).timeout(timeout).build());
	}

}
