package io.modelserving.serving.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import io.modelserving.tuning.TuningRequest;
import io.modelserving.tuning.TuningStatus;
import io.modelserving.serving.Definitions;
import io.modelserving.serving.FakeModel;
import io.modelserving.model.ExecutionResources;
import io.modelserving.model.Model;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelLoader;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.ModelState;
import io.modelserving.tuning.TuningStatus.State;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server of the models {@code a:1} and {@code b:1} on two cores. What is loaded is
 * remembered; loading can be held up, or made to fail, from the outside. Time passes by
 * being asked for, so that nothing depends on the speed of the machine.
 */
final class TunerFixture implements ModelLoader, AutoCloseable {

	static final ModelKey A = new ModelKey("a", 1);

	static final ModelKey B = new ModelKey("b", 1);

	static final TuningRequest SHORT = new TuningRequest(null, Duration.ofSeconds(1), 4, 1, 4, List.of(), List.of(),
			List.of());

	static final float ODD = 4321;

	final List<FakeModel> loaded = new CopyOnWriteArrayList<>();

	final CountDownLatch waiting = new CountDownLatch(1);

	volatile @Nullable CountDownLatch gate;

	volatile int failingThreads;

	volatile boolean accelerated;

	private final AtomicLong clock = new AtomicLong();

	final ModelServer server;

	private final ModelSignature signature;

	TunerFixture(@Nullable Executor executor, ModelSignature signature) {
		this.signature = signature;
		ModelServer.Builder builder = ModelServer.builder()
			.definitions(List.of(Definitions.of("a", this), Definitions.of("b", this)))
			.cores(2)
			.nanoTime(() -> this.clock.addAndGet(10_000))
			.scalingTick(Duration.ofDays(1));
		if (executor != null) {
			builder.tuningExecutor(executor);
		}
		this.server = builder.build();
		this.server.administration().reload(A).join();
		this.server.administration().reload(B).join();
		assertThat(this.server.registry().find(A).orElseThrow().status().state()).isEqualTo(ModelState.READY);
	}

	/** Tunes on the thread that asks. */
	static TunerFixture direct() {
		return new TunerFixture(Runnable::run, FakeModel.ROWS_OF_TWO);
	}

	/** Tunes as in production. */
	static TunerFixture threaded() {
		return new TunerFixture(null, FakeModel.ROWS_OF_TWO);
	}

	/**
	 * Begin a tuning of the model a, which goes no further than its first load.
	 */
	CountDownLatch beginHeldUp() throws InterruptedException {
		CountDownLatch held = new CountDownLatch(1);
		this.gate = held;
		this.server.tuner().start(A, SHORT);
		assertThat(this.waiting.await(30, TimeUnit.SECONDS)).isTrue();
		return held;
	}

	@Override
	public Model load(Path file, ExecutionResources resources) {
		CountDownLatch held = this.gate;
		if (held != null) {
			this.waiting.countDown();
			await(held);
		}
		if (resources.intraOpThreads() == this.failingThreads) {
			throw new ModelLoadException("out of memory", "Free some.", false, null);
		}
		FakeModel model = new FakeModel(this.signature, TunerFixture::answer);
		this.loaded.add(model);
		return model;
	}

	/** Gives other rows than it gets on {@link #ODD}, which no warm-up makes. */
	private static NamedTensors answer(NamedTensors inputs) {
		return (inputs.numeric("x").toFloats()[0] != ODD) ? FakeModel.copyOf(inputs)
				: NamedTensors.of("y", Tensor.of(Shape.of(3, 2), new float[6]));
	}

	@Override
	public boolean usesAccelerator() {
		return this.accelerated;
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	TuningStatus ended() throws Exception {
		return this.server.tuner().cancel("a").get(30, TimeUnit.SECONDS);
	}

	TuningStatus cancelled(String reason) throws ExecutionException, InterruptedException {
		TuningStatus status = this.server.tuner().cancel("a").get();
		assertThat(status.state()).isEqualTo(State.CANCELLED);
		assertThat(status.doing()).startsWith(reason);
		return status;
	}

	/**
	 * Return the sessions that are open beside those of the two models that serve.
	 */
	long openBesideServing() {
		return this.loaded.stream().filter(model -> !model.closed).count() - 2;
	}

	@Override
	public void close() {
		this.server.close();
	}

}
