package io.modelserving.serving.server;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.traffic.Shadow;
import io.modelserving.serving.traffic.ShadowOutcome;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.tensor.BufferPool;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static io.modelserving.serving.server.TrafficFixture.MODEL;
import static io.modelserving.serving.server.TrafficFixture.join;
import static io.modelserving.serving.server.TrafficFixture.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that memory which a request has borrowed is lent again when nobody reads it any
 * more, and not before.
 */
class RequestMemoryTests {

	private static final int BYTES = 1 << 20;

	private final BufferPool pool = new BufferPool(BYTES);

	private final BufferPool.PooledBuffers memory = this.pool.acquire();

	private final VersionModel first = VersionModel.of(1);

	private final VersionModel second = VersionModel.of(2);

	@Test
	void whenACallIsAnsweredThenItsMemoryIsLentAgainOnceTheCallerHasReleasedIt() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.NONE, this.first)) {
			join(call(fixture, MODEL));
			assertThat(this.pool.keptBytes()).isZero();
			this.memory.release();
			awaitKept();
		}
	}

	@Test
	void whenACallFailsThenItsMemoryIsLentAgainAfterTheRun() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.NONE, this.first)) {
			this.first.fail();
			assertThatExceptionOfType(ExecutionFailed.class).isThrownBy(() -> join(call(fixture, MODEL)));
			this.memory.release();
			awaitKept();
		}
	}

	@Test
	void whenACallIsGivenUpThenItsMemoryIsLentAgainOnceNoInstanceReadsIt() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.NONE, this.first)) {
			this.first.hang();
			CompletableFuture<InferenceResult> call = call(fixture, MODEL);
			awaitBusy(fixture, 1);
			assertThat(call.cancel(false)).isTrue();
			this.memory.release();
			assertThat(this.pool.keptBytes()).isZero();
			this.first.mend();
			awaitKept();
		}
	}

	@Test
	void whenACallIsGivenUpInTheQueueThenItsMemoryIsLentAgainAtOnce() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.NONE, this.first)) {
			this.first.hang();
			List<CompletableFuture<InferenceResult>> running = new ArrayList<>();
			for (int busy = 1; busy <= 2; busy++) {
				running.add(fixture.call());
				awaitBusy(fixture, busy);
			}
			assertThat(call(fixture, MODEL).cancel(false)).isTrue();
			this.memory.release();
			assertThat(this.pool.keptBytes()).isEqualTo(BYTES);
			this.first.mend();
			running.forEach(TrafficFixture::join);
		}
	}

	@Test
	void whenACallIsRejectedThenItsMemoryIsLentAgainAtOnce() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.NONE, this.first)) {
			ByteBuffer elements = ByteBuffer.wrap(this.memory.take(BYTES), 0, 12).order(ByteOrder.nativeOrder());
			NamedTensors wrong = NamedTensors.of("x", Tensor.of(DataType.FP32, Shape.of(1, 3), elements));
			assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> join(call(fixture, MODEL, wrong)));
			this.memory.release();
			assertThat(this.pool.keptBytes()).isEqualTo(BYTES);
		}
	}

	@Test
	void whenAModelIsDrainingThenTheMemoryOfACallIsLentAgainAtOnce() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.NONE, this.first)) {
			fixture.server().drain(Duration.ZERO);
			assertThatExceptionOfType(ModelUnavailable.class).isThrownBy(() -> join(call(fixture, MODEL)));
			this.memory.release();
			assertThat(this.pool.keptBytes()).isEqualTo(BYTES);
		}
	}

	@Test
	void whenNoModelTakesTheCallThenItsMemoryIsTheCallersAlone() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.NONE, this.first)) {
			assertThatExceptionOfType(ModelNotFound.class).isThrownBy(() -> join(call(fixture, "b")));
			this.memory.release();
			assertThat(this.pool.keptBytes()).isEqualTo(BYTES);
		}
	}

	@Test
	void whenACopyGoesToAnotherVersionThenTheMemoryIsLentAgainAfterThatHasAnsweredToo() {
		Traffic traffic = Traffic.pinnedTo(1).withShadow(Shadow.of(2));
		try (TrafficFixture fixture = new TrafficFixture(traffic, this.first, this.second)) {
			this.second.hang();
			join(call(fixture, MODEL));
			this.memory.release();
			// the last thing that is done for a call is to hand in its copy
			fixture.answeredBy();
			assertThat(this.pool.keptBytes()).isZero();
			this.second.mend();
			assertThat(take(fixture.shadowed)).isEqualTo(ShadowOutcome.DIFFERED);
			awaitKept();
		}
	}

	private CompletableFuture<InferenceResult> call(TrafficFixture fixture, String model) {
		ByteBuffer elements = ByteBuffer.wrap(this.memory.take(BYTES), 0, 8).order(ByteOrder.nativeOrder());
		return call(fixture, model, NamedTensors.of("x", Tensor.of(DataType.FP32, Shape.of(1, 2), elements)));
	}

	private CompletableFuture<InferenceResult> call(TrafficFixture fixture, String model, NamedTensors inputs) {
		return fixture.server()
			.inferenceService()
			.infer(InferenceRequest.builder(model, inputs).memory(this.memory).build());
	}

	private static void awaitBusy(TrafficFixture fixture, int instances) {
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
		while (fixture.registry().models().get(0).batcher().busyInstances() < instances && System.nanoTime() < end) {
			Thread.onSpinWait();
		}
	}

	/** The caller has his answer before the call is over. */
	private void awaitKept() {
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
		while (this.pool.keptBytes() == 0 && System.nanoTime() < end) {
			Thread.onSpinWait();
		}
		assertThat(this.pool.keptBytes()).isEqualTo(BYTES);
	}

}
