package io.modelserving.serving.server;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.Definitions;
import io.modelserving.serving.FakeModel;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.WarmUpSettings;
import io.modelserving.serving.scaling.InstanceSettings;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.Model;
import io.modelserving.model.ModelKey;
import io.modelserving.serving.scaling.InstanceSettings.OptimizeFor;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static io.modelserving.serving.server.ServerFixture.KEY;
import static io.modelserving.serving.server.ServerFixture.failure;
import static io.modelserving.serving.server.ServerFixture.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests that the limits of batches of a served model change.
 */
class LiveLimitsTests {

	private static final BatchingLimits OTHER = new BatchingLimits(2, Duration.ofMillis(3), 7);

	private final ServerFixture fixture = new ServerFixture();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void theLimitsAreThoseConfiguredUntilOthersAreSet() {
		ModelServer server = this.fixture.start(definition(Definitions.batching(4), FakeModel.timesTwo()));
		assertThat(server.registry().limits(KEY)).isEqualTo(new BatchingLimits(4, Duration.ZERO, 1024));
		server.administration().limit(KEY, OTHER);
		assertThat(server.registry().limits(KEY)).isEqualTo(OTHER);
		InferenceRequest large = InferenceRequest.of("a",
				NamedTensors.of("x", Tensor.of(Shape.of(8, 2), new float[16])));
		assertThat(failure(server.inferenceService().infer(large))).isInstanceOf(InvalidInput.class)
			.hasMessageContaining("at most 7");
	}

	@Test
	void whenReloadedThenTheLimitsStayUnlessTheDefinitionBringsOthers() throws Exception {
		ModelServer server = this.fixture.start(definition(Definitions.batching(4), FakeModel.timesTwo()));
		server.administration().limit(KEY, OTHER);
		join(server.administration().reload(KEY));
		assertThat(server.registry().limits(KEY)).isEqualTo(OTHER);
		join(server.administration().load(definition(Definitions.batching(4), FakeModel.timesTwo())));
		assertThat(server.registry().limits(KEY)).as("an equal definition").isEqualTo(OTHER);
		join(server.administration().load(definition(Definitions.batching(8), FakeModel.timesTwo())));
		assertThat(server.registry().limits(KEY)).isEqualTo(new BatchingLimits(8, Duration.ZERO, 1024));
	}

	@Test
	void whenRowsMayNotShareABatchThenALargerBatchIsRejectedWithTheReason() {
		ModelServer server = this.fixture
			.start(definition(Definitions.batching(null), FakeModel.dependingOnTheBatch()));
		assertThatIllegalArgumentException().isThrownBy(() -> server.administration().limit(KEY, OTHER))
			.withMessageStartingWith(
					"max-batch-size is 2; the model is served unbatched and takes 1 only, because batched rows differ from single rows")
			.withMessageContaining("row");
		BatchingLimits alone = new BatchingLimits(1, Duration.ZERO, 5);
		server.administration().limit(KEY, alone);
		assertThat(server.registry().limits(KEY)).isEqualTo(alone);
	}

	@Test
	void whenAReloadedModelCannotBeBatchedThenTheOtherLimitsStay() throws Exception {
		Model[] models = { FakeModel.timesTwo(), FakeModel.dependingOnTheBatch() };
		int[] loads = new int[1];
		ModelServer server = this.fixture
			.start(new ModelDefinition(KEY, Definitions.source(), (file, resources) -> models[loads[0]++], true,
					new InstanceSettings(OptimizeFor.THROUGHPUT, 1, 1, List.of(0)), Definitions.batching(4),
					WarmUpSettings.defaults()));
		server.administration().limit(KEY, OTHER);
		join(server.administration().reload(KEY));
		assertThat(server.registry().limits(KEY)).isEqualTo(new BatchingLimits(1, Duration.ofMillis(3), 7));
	}

	@Test
	void whenNoCapacityIsSetThenManyLargeCallsOfASmallModelAreAllAnswered() throws Exception {
		// no run takes any time, whatever this machine does meanwhile
		this.fixture.nanoTime = this.fixture.offset::get;
		ModelServer server = this.fixture.start(definition(BatchingSettings.defaults(), FakeModel.timesTwo()));
		for (int round = 0; round < 10; round++) {
			List<CompletableFuture<InferenceResult>> calls = IntStream.range(0, 24)
				.mapToObj(caller -> server.inferenceService().infer(rows(900)))
				.toList();
			for (CompletableFuture<InferenceResult> call : calls) {
				assertThat(ServerFixture.answer(call).get("y").shape()).isEqualTo(Shape.of(900, 2));
			}
		}
		assertThat(ServerFixture.answer(server.inferenceService().infer(rows(20_000))).get("y").shape())
			.isEqualTo(Shape.of(20_000, 2));
	}

	@Test
	void whenOtherLimitsAreSetThenTheCapacityStaysElasticUnlessItIsSet() {
		ModelServer server = this.fixture.start(definition(BatchingSettings.defaults(), FakeModel.timesTwo()));
		BatchingLimits limits = server.registry().limits(KEY);
		assertThat(limits.elastic()).isTrue();
		server.administration().limit(KEY, new BatchingLimits(2048, Duration.ZERO, limits.queueCapacity(), true));
		assertThat(server.registry().limits(KEY)).isEqualTo(new BatchingLimits(2048, Duration.ZERO, 2048, true));
		server.administration().limit(KEY, OTHER);
		assertThat(server.registry().limits(KEY)).isEqualTo(OTHER);
		assertThat(failure(server.inferenceService().infer(rows(8)))).isInstanceOf(InvalidInput.class);
	}

	private static InferenceRequest rows(int rows) {
		return InferenceRequest.of("a", NamedTensors.of("x", Tensor.of(Shape.of(rows, 2), new float[2 * rows])));
	}

	@Test
	void limitsAreBoundedAsInTheConfiguration() {
		assertThatIllegalArgumentException().isThrownBy(() -> new BatchingLimits(0, Duration.ZERO, 1))
			.withMessage("max-batch-size is 0; it must be at least 1");
		assertThatIllegalArgumentException().isThrownBy(() -> new BatchingLimits(2, Duration.ZERO, 1))
			.withMessage("queue-capacity is 1 rows; it must be at least max-batch-size, 2");
		assertThatIllegalArgumentException().isThrownBy(() -> new BatchingLimits(1, Duration.ofMillis(-1), 1))
			.withMessageStartingWith("max-queue-delay is PT-0.001S");
	}

	@Test
	void whenTheModelIsUnknownThenThereAreNoLimits() {
		ModelServer server = this.fixture.start(definition(Definitions.batching(4), FakeModel.timesTwo()));
		ModelKey unknown = new ModelKey("b", 1);
		assertThatExceptionOfType(ModelNotFound.class).isThrownBy(() -> server.registry().limits(unknown));
		assertThatExceptionOfType(ModelNotFound.class).isThrownBy(() -> server.administration().limit(unknown, OTHER));
	}

	private static ModelDefinition definition(BatchingSettings batching, Model model) {
		return new ModelDefinition(KEY, Definitions.source(), (file, resources) -> model, true,
				new InstanceSettings(OptimizeFor.THROUGHPUT, 1, 1, List.of(0)), batching, WarmUpSettings.defaults());
	}

}
