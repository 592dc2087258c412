package io.modelserving.serving.server;

import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.BatchingPlan;
import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.Definitions;
import io.modelserving.serving.FakeModel;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ServingListener;
import io.modelserving.serving.WarmUpSettings;
import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.batching.BatchListener;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.onnx.OnnxModelLoader;
import io.modelserving.serving.BatchingSettings.Verification;
import io.modelserving.serving.scaling.InstanceSettings.OptimizeFor;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

import static io.modelserving.serving.server.ServerFixture.KEY;
import static io.modelserving.serving.server.ServerFixture.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests models that are taken to be batchable although the rows of their outputs depend
 * on the data, as warm-up was told not to look.
 */
class UnbatchedServingTests {

	private static final ModelSignature REPEATING = new ModelSignature(
			List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 1))),
			List.of(TensorSpec.of("y", DataType.FP32, Shape.of(-1, 1)),
					TensorSpec.of("t", DataType.BYTES, Shape.of(-1)), TensorSpec.of("n", DataType.FP32, Shape.of(-1))));

	private final ServerFixture fixture = new ServerFixture();

	private final AtomicInteger mismatches = new AtomicInteger();

	private int texts;

	private boolean scalar;

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@ParameterizedTest
	@ValueSource(floats = { 2, 0, -0.5f, 1, 3 })
	void whenACallIsAloneThenItsAnswerIsWhole(float value) throws Exception {
		ModelServer server = start(4);
		assertRepeated(answer(call(server, value)), value);
	}

	@Test
	void whenManyCallAtOnceThenEachGetsItsOwnAnswer() throws Exception {
		ModelServer server = start(4);
		answer(call(server, 2));
		for (int round = 0; round < 20; round++) {
			float[] values = { 2, -0.5f, 1, 3, 0, 2, 2, -1, 5, 0, 1, 1 };
			List<CompletableFuture<InferenceResult>> calls = IntStream.range(0, values.length)
				.mapToObj(i -> call(server, values[i]))
				.toList();
			for (int i = 0; i < values.length; i++) {
				assertRepeated(answer(calls.get(i)), values[i]);
			}
		}
		assertThat(this.mismatches).hasValue(1);
	}

	@Test
	void whenALargeCallIsCutThenItIsRunWhole() throws Exception {
		ModelServer server = start(2);
		assertRepeated(answer(call(server, 2, 0, 3, 1, 1, 0, -1)), 2, 0, 3, 1, 1, 0, -1);
	}

	@Test
	void whenAnOutputIsAScalarThenTheCallKeepsIt() throws Exception {
		this.scalar = true;
		ModelServer server = start(4);
		assertThat(answer(call(server, 1, 1, 1)).numeric("n").toFloats()).containsExactly(3);
		assertThat(plan(server).reason()).isEqualTo(
				"a run has shown that calls cannot share batches: output \"n\" has the shape [] for a batch of 3 rows");
	}

	@Test
	void whenOneOutputHasTheRowsAndAnotherNotThenNothingIsDivided() throws Exception {
		this.texts = 1;
		ModelServer server = start(4);
		NamedTensors answer = answer(call(server, 1, 1));
		assertThat(answer.numeric("y").toFloats()).containsExactly(1, 1);
		assertThat(answer.get("t").shape()).isEqualTo(Shape.of(3));
		assertThat(plan(server).reason()).contains("output \"t\" has the shape [3] for a batch of 2 rows");
	}

	@Test
	void whenItTurnsOutThenThePlanSaysSoAndNoLimitIsTakenThatBatches() throws Exception {
		ModelServer server = start(4);
		assertThat(plan(server).batched()).isTrue();
		server.administration().limit(KEY, new BatchingLimits(8, Duration.ZERO, 64));
		answer(call(server, 2));
		assertThat(plan(server)).satisfies(plan -> {
			assertThat(plan.batched()).isFalse();
			assertThat(plan.maxBatchSize()).isEqualTo(1);
			assertThat(plan.reason()).startsWith("a run has shown that calls cannot share batches: output \"y\"");
		});
		assertThat(server.registry().limits(KEY)).isEqualTo(new BatchingLimits(1, Duration.ZERO, 64));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> server.administration().limit(KEY, new BatchingLimits(2, Duration.ZERO, 64)))
			.withMessageStartingWith(
					"max-batch-size is 2; the model is served unbatched and takes 1 only, because a run");
		server.administration().limit(KEY, new BatchingLimits(1, Duration.ZERO, 32));
		ServerFixture.join(server.administration().scale(KEY, 3));
		answer(call(server, 2));
		assertThat(plan(server).batched()).isFalse();
		assertThat(server.registry().limits(KEY)).isEqualTo(new BatchingLimits(1, Duration.ZERO, 32));
	}

	@Test
	void whenTheRuntimeRunsSuchAModelThenEachOfManyCallersGetsItsOwnAnswer() throws Exception {
		URL file = Objects.requireNonNull(getClass().getResource("/cases/length-regulator.onnx"));
		ModelServer server = this.fixture
			.start(new ModelDefinition(KEY, Definitions.source(Path.of(file.getPath())), new OnnxModelLoader(), true,
					InstanceSettings.defaults(), BatchingSettings.defaults(), WarmUpSettings.defaults()));
		float[] values = { 2, -0.5f, 0.5f };
		for (int round = 0; round < 20; round++) {
			List<CompletableFuture<InferenceResult>> calls = IntStream.range(0, 16)
				.mapToObj(caller -> call(server, values[caller % 3]))
				.toList();
			for (int caller = 0; caller < 16; caller++) {
				assertThat(answer(calls.get(caller)).numeric("y").toFloats())
					.containsExactly(repeat(values[caller % 3]));
			}
		}
	}

	private static BatchingPlan plan(ModelServer server) {
		return Objects.requireNonNull(server.registry().find(KEY).orElseThrow().details()).plan();
	}

	private static void assertRepeated(NamedTensors answer, float... values) {
		float[] expected = repeat(values);
		assertThat(answer.numeric("y").toFloats()).containsExactly(expected);
		assertThat(answer.get("y").shape()).isEqualTo(Shape.of(expected.length, 1));
		assertThat(answer.get("t").shape()).isEqualTo(Shape.of(expected.length));
	}

	private static float[] repeat(float... values) {
		List<Float> repeated = new ArrayList<>();
		for (float value : values) {
			for (int i = 0; i < value; i++) {
				repeated.add(value);
			}
		}
		float[] result = new float[repeated.size()];
		for (int i = 0; i < result.length; i++) {
			result[i] = repeated.get(i);
		}
		return result;
	}

	private NamedTensors run(NamedTensors inputs) {
		float[] all = repeat(inputs.numeric("x").toFloats());
		String[] strings = new String[all.length + this.texts];
		Arrays.fill(strings, "a");
		Map<String, Tensor> outputs = new LinkedHashMap<>();
		outputs.put("y", Tensor.of(Shape.of(all.length, 1), all));
		outputs.put("t", Tensor.of(Shape.of(strings.length), strings));
		outputs.put("n",
				this.scalar ? Tensor.of(Shape.of(), (float) all.length) : Tensor.of(Shape.of(all.length), all));
		return NamedTensors.of(outputs);
	}

	private ModelServer start(int maxBatchSize) {
		ServingListener listener = new ServingListener() {

			@Override
			public BatchListener batchListener(ModelKey model) {
				return new BatchListener() {

					@Override
					public void mismatched() {
						UnbatchedServingTests.this.mismatches.incrementAndGet();
					}

				};
			}

		};
		this.fixture.more.add(listener);
		return this.fixture.start(
				new ModelDefinition(KEY, Definitions.source(), (file, resources) -> new FakeModel(REPEATING, this::run),
						true, new InstanceSettings(OptimizeFor.THROUGHPUT, 2, 1, List.of(0)),
						Definitions.batching(maxBatchSize, Verification.OFF),
						new WarmUpSettings(false, WarmUpSettings.defaults().samples(), Duration.ofMinutes(1))));
	}

	private static CompletableFuture<InferenceResult> call(ModelServer server, float... values) {
		return server.inferenceService()
			.infer(InferenceRequest.of("a", NamedTensors.of("x", Tensor.of(Shape.of(values.length, 1), values))));
	}

}
