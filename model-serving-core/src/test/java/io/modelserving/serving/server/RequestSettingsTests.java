package io.modelserving.serving.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.Definitions;
import io.modelserving.serving.FakeModel;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.PaddingRule;
import io.modelserving.serving.WarmUpSettings;
import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.batching.Priorities;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.ModelSignature;
import io.modelserving.serving.BatchingSettings.Verification;
import io.modelserving.serving.scaling.InstanceSettings.OptimizeFor;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

import static io.modelserving.serving.server.ServerFixture.KEY;
import static io.modelserving.serving.server.ServerFixture.answer;
import static io.modelserving.serving.server.ServerFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what a request says of itself, and how far it reaches: timeout, priority and
 * outputs.
 */
class RequestSettingsTests {

	private static final ModelSignature TWO_OUTPUTS = new ModelSignature(
			List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 2))),
			List.of(TensorSpec.of("y", DataType.FP32, Shape.of(-1, 2)),
					TensorSpec.of("z", DataType.FP32, Shape.of(-1, 2))));

	private final ServerFixture fixture = new ServerFixture();

	private final AtomicBoolean holding = new AtomicBoolean();

	private final Semaphore entered = new Semaphore(0);

	private final Semaphore permits = new Semaphore(0);

	private final ConcurrentLinkedQueue<List<Float>> batches = new ConcurrentLinkedQueue<>();

	@AfterEach
	void close() {
		this.permits.release(1 << 10);
		this.fixture.close();
	}

	@ParameterizedTest
	@CsvSource({ "PT1M, PT0.1S, 100 ms", "PT0.2S, PT1M, 200 ms", "PT0.3S, , 300 ms", ", PT0.4S, 400 ms" })
	void theShorterOfTheModelsTimeoutAndTheCallsCounts(@Nullable Duration models, @Nullable Duration calls,
			String timeout) throws Exception {
		ModelServer server = start(models, Priorities.NONE);
		hold(server);
		assertThat(failure(infer(server, 5, calls, 0, List.of()))).isInstanceOf(DeadlineExceeded.class)
			.hasMessage("the deadline of %s passed before the result was ready", timeout);
		assertThat(this.batches).noneMatch(batch -> batch.contains(5f));
	}

	@Test
	void thePriorityOfACallReachesTheQueue() throws Exception {
		ModelServer server = start(null, new Priorities(2, 2, Duration.ofHours(1)));
		hold(server);
		List<CompletableFuture<InferenceResult>> calls = new ArrayList<>();
		for (int value = 21; value <= 24; value++) {
			calls.add(infer(server, value, null, 0, List.of()));
		}
		calls.add(infer(server, 11, null, 1, List.of()));
		this.permits.release(1 << 10);
		for (CompletableFuture<InferenceResult> call : calls) {
			answer(call);
		}
		assertThat(this.batches).endsWith(List.of(11f, 21f, 22f, 23f), List.of(24f));
	}

	@Test
	void whenThereIsNoSuchPriorityThenTheCallIsInvalid() {
		ModelServer server = start(null, new Priorities(2, 2, Duration.ofHours(1)));
		assertThat(failure(infer(server, 1, null, 3, List.of()))).isInstanceOf(InvalidInput.class)
			.hasMessageContaining("priority is 3; it must be at least 1, which goes first, and at most 2");
	}

	@Test
	void whenCallsWantDifferentOutputsThenTheyShareABatchAndEachGetsItsOwn() throws Exception {
		ModelServer server = start(null, Priorities.NONE);
		hold(server);
		CompletableFuture<InferenceResult> first = infer(server, 1, null, 0, List.of("y"));
		CompletableFuture<InferenceResult> second = infer(server, 2, null, 0, List.of("z"));
		CompletableFuture<InferenceResult> both = infer(server, 3, null, 0, List.of("z", "y"));
		this.permits.release(1 << 10);
		assertThat(answer(first).names()).containsExactly("y");
		assertThat(answer(second).names()).containsExactly("z");
		assertThat(answer(second).numeric("z").toFloats()).containsExactly(-2, -2);
		assertThat(answer(both).names()).containsExactly("z", "y");
		assertThat(this.batches).endsWith(List.of(1f, 2f, 3f));
	}

	/**
	 * Keep the only instance busy, with a call that it takes before its timeout.
	 */
	private void hold(ModelServer server) throws InterruptedException {
		this.holding.set(true);
		long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
		CompletableFuture<InferenceResult> call = infer(server, 0, null, 0, List.of());
		while (!this.entered.tryAcquire(10, TimeUnit.MILLISECONDS)) {
			assertThat(System.nanoTime()).isLessThan(end);
			call = call.isDone() ? infer(server, 0, null, 0, List.of()) : call;
		}
	}

	private static CompletableFuture<InferenceResult> infer(ModelServer server, float value, @Nullable Duration timeout,
			int priority, List<String> outputs) {
		return server.inferenceService()
			.infer(InferenceRequest.builder("a", FakeModel.row(value, value))
				.outputs(outputs)
				.timeout(timeout)
				.priority(priority)
				.build());
	}

	private ModelServer start(@Nullable Duration timeout, Priorities priorities) {
		return this.fixture
			.start(new ModelDefinition(KEY, Definitions.source(), (file, resources) -> model(), true,
					new InstanceSettings(OptimizeFor.THROUGHPUT, 1, 1, List.of(0)), new BatchingSettings(4,
							Duration.ZERO, 64, timeout, Verification.UNBATCH, PaddingRule.NONE, priorities),
					WarmUpSettings.defaults()));
	}

	private FakeModel model() {
		return new FakeModel(TWO_OUTPUTS, inputs -> {
			float[] elements = inputs.numeric("x").toFloats();
			List<Float> rows = new ArrayList<>();
			float[] negative = new float[elements.length];
			for (int i = 0; i < elements.length; i++) {
				negative[i] = -elements[i];
				if (i % 2 == 0) {
					rows.add(elements[i]);
				}
			}
			if (this.holding.get()) {
				this.batches.add(rows);
				this.entered.release();
				this.permits.acquireUninterruptibly();
			}
			Shape shape = inputs.get("x").shape();
			return NamedTensors.of("y", Tensor.of(shape, elements), "z", Tensor.of(shape, negative));
		});
	}

}
