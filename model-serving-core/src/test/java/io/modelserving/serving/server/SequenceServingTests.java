package io.modelserving.serving.server;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.ModelKey;
import io.modelserving.sequence.SequenceEnd;
import io.modelserving.sequence.SequenceListener;
import io.modelserving.sequence.SequenceStatus;
import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.ServingListener;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.tensor.BufferPool;
import io.modelserving.tensor.BufferPool.PooledBuffers;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static io.modelserving.serving.server.ServerFixture.KEY;
import static io.modelserving.serving.server.ServerFixture.failure;
import static io.modelserving.serving.server.StatefulModel.FAILS;
import static io.modelserving.serving.server.StatefulModel.HOLDS;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of models that keep the state of sequences.
 */
class SequenceServingTests {

	private final ServerFixture fixture = new ServerFixture();

	private final StatefulModel model = new StatefulModel(1);

	private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

	private final ModelServer server = start();

	private ModelServer start() {
		this.fixture.more.add(new ServingListener() {

			@Override
			public SequenceListener sequenceListener(ModelKey key) {
				return new Recorder();
			}

		});
		return this.fixture.start(this.model.definition(Traffic.NONE));
	}

	@AfterEach
	void close() {
		this.model.release();
		this.fixture.close();
	}

	@Test
	void whenRequestsOfASequenceFollowEachOtherThenEachHasTheStateOfTheOneBefore() throws Exception {
		assertThat(y(start("a", 1))).isEqualTo(1);
		assertThat(y(next("a", 2))).isEqualTo(4);
		assertThat(y(start("b", 5))).isEqualTo(5);
		assertThat(y(next("a", 3))).isEqualTo(11);
		assertThat(y(end("a", 0))).isEqualTo(22);
		assertThat(y(next("b", 0))).isEqualTo(10);
		assertThat(this.events).containsExactly("started", "started", "COMPLETED");
		assertThat(status().active()).isEqualTo(1);
		assertThat(status().bytes()).isEqualTo(4);
	}

	@Test
	void whenSequencesShareBatchesThenEachHasExactlyItsOwnState() throws Exception {
		List<List<Float>> alone = new ArrayList<>();
		for (int sequence = 0; sequence < 3; sequence++) {
			List<Float> values = new ArrayList<>();
			for (int step = 0; step < 5; step++) {
				values.add(y(call("alone", step == 0, step == 4, input(sequence, step))));
			}
			alone.add(values);
		}
		this.model.batches.clear();
		for (int step = 0; step < 5; step++) {
			List<CompletableFuture<InferenceResult>> calls = new ArrayList<>();
			CompletableFuture<InferenceResult> holding = (step > 0) ? null : hold("holding");
			for (int sequence = 0; sequence < 2; sequence++) {
				calls.add(call("s" + sequence, step == 0, false, input(sequence, step)));
			}
			if (holding != null) {
				this.model.release();
				holding.get(30, TimeUnit.SECONDS);
			}
			for (int sequence = 0; sequence < 2; sequence++) {
				assertThat(y(calls.get(sequence))).isEqualTo(alone.get(sequence).get(step));
			}
		}
		assertThat(this.model.batches).contains(2);
	}

	private static float input(int sequence, int step) {
		return 0.1f * sequence + 0.37f * step + 1;
	}

	@Test
	void whenASequenceDoesNotExistThenTheErrorSaysThatItMustStart() throws Exception {
		assertThat(failure(next("a", 1))).isInstanceOf(InvalidInput.class)
			.hasMessageStartingWith("inference request for sequence a to model 'a' must specify the START flag");
		assertThat(failure(end("a", 1))).isInstanceOf(InvalidInput.class);
		y(call("a", true, true, 1));
		assertThat(failure(next("a", 1))).isInstanceOf(InvalidInput.class)
			.hasMessageEndingWith("it is over: it has ended with its last request");
		assertThat(this.events).containsExactly("started", "COMPLETED");
		assertThat(status().active()).isZero();
		assertThat(status().bytes()).isZero();
	}

	@Test
	void whenARequestBelongsToNoSequenceThenItIsRejected() {
		assertThat(failure(infer(request(1).build()))).isInstanceOf(InvalidInput.class)
			.hasMessageStartingWith(
					"inference request to model 'a' must specify a non-zero or non-empty correlation ID");
	}

	@Test
	void whenItIsAnExampleThenItRunsWithTheInitialState() throws Exception {
		InferenceRequest example = request(1).origin(InferenceRequest.Origin.EXAMPLE).build();
		InferenceResult result = infer(example).get(30, TimeUnit.SECONDS);
		assertThat(result.outputs().names()).containsExactly("y");
		assertThat(status().active()).isZero();
	}

	@Test
	void whenASequenceIsStartedAgainThenItHasItsInitialState() throws Exception {
		y(start("a", 1));
		assertThat(y(start("a", 2))).isEqualTo(2);
		assertThat(y(next("a", 1))).isEqualTo(5);
		assertThat(this.events).containsExactly("started", "RESTARTED", "started");
	}

	@Test
	void whenARequestIsInTheAirThenTheNextOfItsSequenceWaitsForItAndOthersDoNot() throws Exception {
		CompletableFuture<InferenceResult> first = hold("a");
		CompletableFuture<InferenceResult> second = next("a", 1);
		CompletableFuture<InferenceResult> third = next("a", 2);
		assertThat(status().waiting()).isEqualTo(2);
		this.model.release();
		assertThat(y(first)).isEqualTo(HOLDS);
		assertThat(y(second)).isEqualTo(2 * HOLDS + 1);
		assertThat(y(third)).isEqualTo(4 * HOLDS + 4);
		assertThat(status().waiting()).isZero();
	}

	@Test
	void whenARequestIsCancelledThenTheNextHasTheStateBeforeIt() throws Exception {
		y(start("a", 3));
		this.model.hold();
		CompletableFuture<InferenceResult> first = next("a", HOLDS);
		assertThat(this.model.held.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
		CompletableFuture<InferenceResult> second = next("a", 1);
		assertThat(first.cancel(false)).isTrue();
		this.model.release();
		assertThat(y(second)).isEqualTo(7);
	}

	@Test
	void whenAWaitingRequestIsCancelledThenItNeverRuns() throws Exception {
		CompletableFuture<InferenceResult> first = hold("a");
		CompletableFuture<InferenceResult> second = next("a", 100);
		CompletableFuture<InferenceResult> third = next("a", 1);
		assertThat(second.cancel(false)).isTrue();
		assertThat(status().waiting()).isEqualTo(1);
		this.model.release();
		y(first);
		assertThat(y(third)).isEqualTo(2 * HOLDS + 1);
	}

	@Test
	void whenTheStartIsCancelledThenThoseThatWaitHaveNoSequence() {
		CompletableFuture<InferenceResult> first = hold("a");
		CompletableFuture<InferenceResult> second = next("a", 1);
		first.cancel(false);
		this.model.release();
		assertThat(failure(second)).isInstanceOf(InvalidInput.class)
			.hasMessageContaining("must specify the START flag");
		assertThat(status().active()).isZero();
		assertThat(this.events).isEmpty();
	}

	@Test
	void whenARequestWaitsBeyondItsDeadlineThenItFailsAndTheOthersRun() throws Exception {
		CompletableFuture<InferenceResult> first = hold("a");
		CompletableFuture<InferenceResult> late = infer(
				request(100).sequence("a", false, false).timeout(Duration.ofMillis(1)).build());
		CompletableFuture<InferenceResult> third = next("a", 1);
		assertThat(failure(late)).isInstanceOf(DeadlineExceeded.class).hasMessageContaining("of its sequence");
		this.model.release();
		y(first);
		assertThat(y(third)).isEqualTo(2 * HOLDS + 1);
	}

	@Test
	void whenOneRowOfASharedBatchFailsThenItsSequenceIsAsBeforeAndTheOthersGoOn() throws Exception {
		y(start("a", 1));
		y(start("b", 2));
		CompletableFuture<InferenceResult> holding = hold("c");
		CompletableFuture<InferenceResult> failing = next("a", FAILS);
		CompletableFuture<InferenceResult> other = next("b", 1);
		this.model.release();
		y(holding);
		assertThat(failure(failing)).isInstanceOf(ExecutionFailed.class);
		assertThat(y(other)).isEqualTo(5);
		assertThat(this.model.batches).contains(2);
		assertThat(y(next("a", 1))).isEqualTo(3);
		assertThat(y(end("a", FAILS + 1))).isEqualTo(6 + FAILS + 1);
	}

	@Test
	void whenTheLastRequestFailsThenTheSequenceGoesOn() throws Exception {
		y(start("a", 1));
		assertThat(failure(end("a", FAILS))).isInstanceOf(ExecutionFailed.class);
		assertThat(y(end("a", 1))).isEqualTo(3);
		assertThat(status().active()).isZero();
	}

	@Test
	void whenASequenceIsIdleForTooLongThenItEnds() throws Exception {
		y(start("a", 1));
		y(start("b", 1));
		this.fixture.offset.addAndGet(Duration.ofSeconds(40).toNanos());
		y(next("a", 1));
		this.fixture.offset.addAndGet(Duration.ofSeconds(30).toNanos());
		this.server.checkScaling();
		assertThat(status().active()).isEqualTo(1);
		assertThat(this.events).containsExactly("started", "started", "EXPIRED");
		assertThat(failure(next("b", 1))).isInstanceOf(InvalidInput.class)
			.hasMessageContaining("no request for longer than sequences.idle-timeout");
		assertThat(y(next("a", 1))).isEqualTo(7);
		this.fixture.offset.addAndGet(Duration.ofMinutes(2).toNanos());
		assertThat(failure(next("a", 1))).isInstanceOf(InvalidInput.class);
	}

	@Test
	void whenThereAreTooManySequencesThenAStartIsRejectedUntilOneEnds() throws Exception {
		y(start("a", 1));
		y(start("b", 1));
		y(start("c", 1));
		assertThat(failure(start("d", 1))).isInstanceOf(Overloaded.class)
			.hasMessageContaining("sequences.max-sequences");
		y(end("b", 1));
		y(start("d", 1));
		this.fixture.offset.addAndGet(Duration.ofMinutes(2).toNanos());
		y(start("e", 1));
		assertThat(status().active()).isEqualTo(1);
	}

	@Test
	void whenTooManyRequestsWaitForTheirSequenceThenFurtherOnesAreRejected() throws Exception {
		this.server.administration().limit(KEY, new BatchingLimits(4, Duration.ZERO, 4));
		CompletableFuture<InferenceResult> first = hold("a");
		List<CompletableFuture<InferenceResult>> waiting = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			waiting.add(next("a", 0));
		}
		assertThat(failure(next("a", 0))).isInstanceOf(Overloaded.class)
			.hasMessageContaining("4 requests wait for others of their sequences");
		this.model.release();
		y(first);
		for (CompletableFuture<InferenceResult> each : waiting) {
			y(each);
		}
	}

	@Test
	void whenTheVersionIsLoadedAgainThenWhatWaitsRunsAndTheSequenceIsOver() throws Exception {
		CompletableFuture<InferenceResult> first = hold("a");
		CompletableFuture<InferenceResult> second = next("a", 1);
		CompletableFuture<?> reload = this.server.administration().load(this.model.definition(Traffic.NONE));
		await(() -> status().active() == 0);
		this.model.release();
		assertThat(y(first)).isEqualTo(HOLDS);
		assertThat(y(second)).isEqualTo(2 * HOLDS + 1);
		reload.get(30, TimeUnit.SECONDS);
		assertThat(failure(next("a", 1))).isInstanceOf(InvalidInput.class)
			.hasMessageEndingWith("it is over: its version was loaded again or unloaded");
		assertThat(this.events).containsExactly("started", "UNLOADED");
		assertThat(y(start("a", 1))).isEqualTo(1);
	}

	@Test
	void whenTheVersionIsUnloadedThenWhatWaitsRunsAndTheSequenceIsGone() throws Exception {
		CompletableFuture<InferenceResult> first = hold("a");
		CompletableFuture<InferenceResult> second = next("a", 1);
		CompletableFuture<?> unload = this.server.administration().unload(KEY);
		await(() -> this.server.registry().find(KEY).isEmpty());
		this.model.release();
		y(first);
		assertThat(y(second)).isEqualTo(2 * HOLDS + 1);
		unload.get(30, TimeUnit.SECONDS);
		assertThat(failure(next("a", 1))).isInstanceOf(ModelNotFound.class);
	}

	@Test
	void whenTheTrafficMovesThenASequenceStaysOnTheVersionWhereItBegan() throws Exception {
		StatefulModel second = new StatefulModel(2);
		this.server.administration().load(second.definition(null)).get(30, TimeUnit.SECONDS);
		this.server.administration().route("a", Traffic.pinnedTo(1));
		y(start("a", 1));
		this.server.administration().route("a", Traffic.pinnedTo(2));
		assertThat(version(next("a", 1))).isEqualTo(1);
		assertThat(version(start("b", 1))).isEqualTo(2);
		assertThat(version(start("a", 1))).isEqualTo(2);
		assertThat(y(next("a", 1))).isEqualTo(3);
		this.server.administration().unload(new ModelKey("a", 2)).get(30, TimeUnit.SECONDS);
		assertThat(failure(next("b", 1))).isInstanceOf(InvalidInput.class)
			.hasMessageContaining("must specify the START flag");
	}

	@Test
	void whenTheVersionIsNamedThenItHasSequencesOfItsOwn() throws Exception {
		StatefulModel second = new StatefulModel(2);
		this.server.administration().load(second.definition(null)).get(30, TimeUnit.SECONDS);
		y(infer(request(1).version(1L).sequence("a", true, false).build()));
		y(infer(request(5).version(2L).sequence("a", true, false).build()));
		assertThat(y(infer(request(0).version(1L).sequence("a", false, false).build()))).isEqualTo(2);
		assertThat(y(infer(request(0).version(2L).sequence("a", false, false).build()))).isEqualTo(10);
	}

	@Test
	void whenTheVersionOfASequenceIsDisabledThenItHasToStartOnAnother() throws Exception {
		StatefulModel second = new StatefulModel(2);
		this.server.administration().load(second.definition(null)).get(30, TimeUnit.SECONDS);
		this.server.administration().route("a", Traffic.pinnedTo(1));
		y(start("a", 1));
		this.server.administration().disable(KEY);
		assertThat(failure(next("a", 1))).isInstanceOf(InvalidInput.class);
		assertThat(version(start("a", 1))).isEqualTo(2);
	}

	@Test
	void whenARequestGivesAStateThenItIsRejected() {
		NamedTensors inputs = NamedTensors.of("x", Tensor.of(Shape.of(1, 1), 1f), "h", Tensor.of(Shape.of(1, 1), 1f));
		assertThat(failure(infer(InferenceRequest.builder("a", inputs).sequence("a", true, false).build())))
			.isInstanceOf(InvalidInput.class)
			.hasMessageContaining("the server keeps it");
	}

	@Test
	void statesAreGivenToThoseOnlyWhoAskForThem() throws Exception {
		assertThat(start("a", 1).get(30, TimeUnit.SECONDS).outputs().names()).containsExactly("y");
		assertThat(infer(request(1).outputs(List.of("h_out", "y")).sequence("a", false, false).build())
			.get(30, TimeUnit.SECONDS)
			.outputs()
			.numeric("h_out")
			.toFloats()).containsExactly(3);
		assertThat(this.server.registry().find(KEY).orElseThrow().details().signature().outputNames())
			.containsExactly("y");
		assertThat(failure(infer(request(1).outputs(List.of("z")).sequence("a", false, false).build())))
			.isInstanceOf(InvalidInput.class);
	}

	@Test
	void whenTheRowsOfASequenceChangeThenTheRequestIsRejected() throws Exception {
		y(start("a", 1));
		NamedTensors rows = NamedTensors.of("x", Tensor.of(Shape.of(2, 1), 1f, 2f));
		assertThat(failure(infer(InferenceRequest.builder("a", rows).sequence("a", false, false).build())))
			.isInstanceOf(InvalidInput.class)
			.hasMessage("the request has 2 rows; its sequence has 1 since its start");
		infer(InferenceRequest.builder("a", rows).sequence("b", true, false).build()).get(30, TimeUnit.SECONDS);
		assertThat(
				infer(InferenceRequest.builder("a", rows).sequence("b", false, false).build()).get(30, TimeUnit.SECONDS)
					.outputs()
					.numeric("y")
					.toFloats())
			.containsExactly(3, 1, 6, 1);
	}

	@Test
	void whenPooledInputsAreUsedAgainThenTheStateIsAsItWas() throws Exception {
		BufferPool pool = new BufferPool(1 << 20);
		PooledBuffers memory = pool.acquire();
		byte[] array = memory.take(1 << 15);
		ByteBuffer data = ByteBuffer.wrap(array, 0, 4).order(ByteOrder.nativeOrder()).putFloat(0, 3);
		NamedTensors inputs = NamedTensors.of("x", Tensor.of(DataType.FP32, Shape.of(1, 1), data));
		CompletableFuture<InferenceResult> holding = hold("b");
		CompletableFuture<InferenceResult> first = infer(
				InferenceRequest.builder("a", inputs).sequence("a", true, false).memory(memory).build());
		CompletableFuture<InferenceResult> second = infer(
				InferenceRequest.builder("a", inputs).sequence("a", false, false).memory(memory).build());
		memory.release();
		assertThat(pool.keptBytes()).isZero();
		this.model.release();
		y(holding);
		y(first);
		assertThat(y(second)).isEqualTo(9);
		awaitKept(pool);
		Arrays.fill(array, (byte) 77);
		assertThat(y(next("a", 1))).isEqualTo(19);
	}

	@Test
	void whenRequestsWithPooledInputsAreGivenUpThenTheInputsAreReleased() {
		BufferPool pool = new BufferPool(1 << 20);
		PooledBuffers memory = pool.acquire();
		memory.take(1 << 15);
		CompletableFuture<InferenceResult> holding = hold("a");
		CompletableFuture<InferenceResult> waiting = infer(
				request(1).sequence("a", false, false).memory(memory).build());
		CompletableFuture<InferenceResult> unknown = infer(
				request(1).sequence("z", false, false).memory(memory).build());
		assertThat(failure(unknown)).isInstanceOf(InvalidInput.class);
		memory.release();
		assertThat(pool.keptBytes()).isZero();
		waiting.cancel(false);
		awaitKept(pool);
		this.model.release();
		assertThat(holding).succeedsWithin(Duration.ofSeconds(30));
	}

	/** The caller has the result before the call is over. */
	private static void awaitKept(BufferPool pool) {
		await(() -> pool.keptBytes() > 0);
	}

	private static void await(BooleanSupplier condition) {
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
		while (!condition.getAsBoolean() && System.nanoTime() < end) {
			Thread.onSpinWait();
		}
		assertThat(condition.getAsBoolean()).isTrue();
	}

	/** Start a sequence with a request that runs until the model is released. */
	private CompletableFuture<InferenceResult> hold(String sequence) {
		this.model.hold();
		CompletableFuture<InferenceResult> call = start(sequence, HOLDS);
		try {
			assertThat(this.model.held.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		return call;
	}

	private CompletableFuture<InferenceResult> start(String sequence, float value) {
		return call(sequence, true, false, value);
	}

	private CompletableFuture<InferenceResult> next(String sequence, float value) {
		return call(sequence, false, false, value);
	}

	private CompletableFuture<InferenceResult> end(String sequence, float value) {
		return call(sequence, false, true, value);
	}

	private CompletableFuture<InferenceResult> call(String sequence, boolean start, boolean end, float value) {
		return infer(request(value).sequence(sequence, start, end).build());
	}

	private static InferenceRequest.Builder request(float value) {
		return InferenceRequest.builder("a", NamedTensors.of("x", Tensor.of(Shape.of(1, 1), value)));
	}

	private CompletableFuture<InferenceResult> infer(InferenceRequest request) {
		return this.server.inferenceService().infer(request);
	}

	private static float y(CompletableFuture<InferenceResult> call) throws Exception {
		return call.get(30, TimeUnit.SECONDS).outputs().numeric("y").toFloats()[0];
	}

	private static long version(CompletableFuture<InferenceResult> call) throws Exception {
		return call.get(30, TimeUnit.SECONDS).model().version();
	}

	private SequenceStatus status() {
		return Objects.requireNonNull(this.server.registry().find(KEY).orElseThrow().sequences());
	}

	private final class Recorder implements SequenceListener {

		@Override
		public void started() {
			SequenceServingTests.this.events.add("started");
		}

		@Override
		public void ended(SequenceEnd end) {
			SequenceServingTests.this.events.add(end.name());
		}

	}

}
