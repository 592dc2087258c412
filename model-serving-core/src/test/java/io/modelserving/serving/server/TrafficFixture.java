package io.modelserving.serving.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.Outcome;
import io.modelserving.serving.FakeModel;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.ModelAdministration;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ServingListener;
import io.modelserving.serving.traffic.RolledBack;
import io.modelserving.serving.traffic.ShadowOutcome;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.model.InferenceException;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server of versions of the model "a", each of which answers with its own number.
 */
final class TrafficFixture implements AutoCloseable, ServingListener {

	static final String MODEL = "a";

	private final List<VersionModel> models = new ArrayList<>();

	private final ModelServer server;

	final LinkedBlockingQueue<RolledBack> rolledBack = new LinkedBlockingQueue<>();

	final LinkedBlockingQueue<ShadowOutcome> shadowed = new LinkedBlockingQueue<>();

	final LinkedBlockingQueue<Traffic> routed = new LinkedBlockingQueue<>();

	final LinkedBlockingQueue<Outcome> completed = new LinkedBlockingQueue<>();

	private final Map<ModelKey, ModelStatus> statuses = new ConcurrentHashMap<>();

	TrafficFixture(Traffic traffic, VersionModel... models) {
		this.models.addAll(List.of(models));
		Random random = new Random(42);
		this.server = ModelServer.builder()
			.definitions(this.models.stream().map(model -> model.definition(traffic)).toList())
			.listeners(List.of(this))
			.random(random::nextDouble)
			.cores(2)
			.build();
		this.server.start();
		this.models.forEach(model -> awaitStatus(model.version(), ModelState.READY));
	}

	@Override
	public void statusChanged(ModelStatus status) {
		synchronized (this.statuses) {
			this.statuses.put(status.key(), status);
			this.statuses.notifyAll();
		}
	}

	@Override
	public void completed(ModelKey model, Outcome outcome, long nanos) {
		this.completed.add(outcome);
	}

	@Override
	public void routed(String model, Traffic traffic) {
		this.routed.add(traffic);
	}

	@Override
	public void rolledBack(RolledBack event) {
		this.rolledBack.add(event);
	}

	@Override
	public void shadowed(ModelKey model, ShadowOutcome outcome) {
		this.shadowed.add(outcome);
	}

	ModelServer server() {
		return this.server;
	}

	ModelAdministration administration() {
		return this.server.administration();
	}

	ModelRegistry registry() {
		return this.server.registry();
	}

	void load(VersionModel model) {
		join(administration().load(model.definition(Traffic.NONE)));
	}

	CompletableFuture<InferenceResult> call() {
		return call(null, null);
	}

	CompletableFuture<InferenceResult> call(@Nullable Long version, @Nullable String key) {
		return this.server.inferenceService()
			.infer(InferenceRequest.builder(MODEL, FakeModel.row(1, 2)).version(version).routingKey(key).build());
	}

	CompletableFuture<InferenceResult> call(Duration timeout) {
		return this.server.inferenceService()
			.infer(InferenceRequest.builder(MODEL, FakeModel.row(1, 2)).timeout(timeout).build());
	}

	long answeredBy() {
		return join(call()).model().version();
	}

	long answeredBy(String key) {
		return join(call(null, key)).model().version();
	}

	void awaitStatus(long version, ModelState state) {
		await(() -> {
			ModelStatus status = this.statuses.get(new ModelKey(MODEL, version));
			return status != null && status.state() == state;
		});
	}

	private void await(BooleanSupplier condition) {
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
		synchronized (this.statuses) {
			while (!condition.getAsBoolean()) {
				long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
				assertThat(left).as("time left; statuses are %s", this.statuses).isPositive();
				try {
					this.statuses.wait(left);
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
			}
		}
	}

	static <T> T take(LinkedBlockingQueue<T> queue) {
		try {
			T taken = queue.poll(30, TimeUnit.SECONDS);
			assertThat(taken).isNotNull();
			return taken;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static <T> T join(CompletableFuture<T> future) {
		try {
			return future.get(30, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof InferenceException failure) {
				throw failure;
			}
			throw new IllegalStateException(ex.getCause());
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.models.forEach(VersionModel::mend);
		this.server.close();
	}

}
