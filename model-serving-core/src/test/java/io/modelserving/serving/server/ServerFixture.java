package io.modelserving.serving.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import io.modelserving.serving.FakeModel;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ServingListener;
import io.modelserving.serving.cache.ResultStores;
import io.modelserving.serving.scaling.Scaled;
import io.modelserving.batching.HangPolicy;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.tensor.NamedTensors;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server of one model, {@code a:1}, on two cores, under a test's control.
 */
public final class ServerFixture implements ServingListener, AutoCloseable {

	public static final ModelKey KEY = new ModelKey("a", 1);

	final BlockingQueue<Scaled> scaled = new LinkedBlockingQueue<>();

	final AtomicLong offset = new AtomicLong();

	final List<ServingListener> more = new ArrayList<>(List.of(this));

	LongSupplier nanoTime = () -> System.nanoTime() + this.offset.get();

	HangPolicy hangs = HangPolicy.DEFAULT;

	ResultStores resultStores = ResultStores.NONE;

	Duration drainTime = Duration.ofSeconds(30);

	private final List<ModelServer> servers = new ArrayList<>();

	ModelServer start(ModelDefinition definition) {
		ModelServer server = ModelServer.builder()
			.definitions(List.of(definition))
			.listeners(this.more)
			.hangs(this.hangs)
			.resultStores(this.resultStores)
			.drainTime(this.drainTime)
			.cores(2)
			.nanoTime(this.nanoTime)
			.scalingTick(Duration.ofDays(1))
			.build();
		this.servers.add(server);
		server.administration().load(definition).join();
		assertThat(server.registry().find(KEY).orElseThrow().status().state()).isEqualTo(ModelState.READY);
		return server;
	}

	@Override
	public void scaled(Scaled change) {
		this.scaled.add(change);
	}

	Scaled awaitScaled() throws InterruptedException {
		Scaled change = this.scaled.poll(30, TimeUnit.SECONDS);
		assertThat(change).isNotNull();
		return change;
	}

	static ModelStatus join(CompletableFuture<ModelStatus> future) throws Exception {
		return future.get(30, TimeUnit.SECONDS);
	}

	public static Throwable failure(CompletableFuture<?> future) {
		return assertThat(future).failsWithin(Duration.ofSeconds(30))
			.withThrowableOfType(ExecutionException.class)
			.actual()
			.getCause();
	}

	public static CompletableFuture<InferenceResult> infer(ModelServer server) {
		return server.inferenceService().infer(InferenceRequest.of("a", FakeModel.row(1, 2)));
	}

	public static NamedTensors answer(CompletableFuture<InferenceResult> call) throws Exception {
		return call.get(30, TimeUnit.SECONDS).outputs();
	}

	@Override
	public void close() {
		this.servers.forEach(ModelServer::close);
	}

}
