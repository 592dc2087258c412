package io.modelserving.serving.server;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.ModelAdministration;
import io.modelserving.serving.ServingListener;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a {@link ServingListener} is not called under a lock.
 */
class StatusListenerTests {

	private static final ModelKey KEY = new ModelKey(TrafficFixture.MODEL, 1);

	private static final BatchingLimits LIMITS = new BatchingLimits(1, Duration.ZERO, 7);

	private final CompletableFuture<Void> ready = new CompletableFuture<>();

	private final CompletableFuture<Void> heard = new CompletableFuture<>();

	@Test
	void whenAListenerWaitsForAnotherThreadThatChangesTheModelThenBothEnd() {
		AtomicReference<@Nullable ModelAdministration> registry = new AtomicReference<>();
		try (ModelServer server = ModelServer.builder()
			.definitions(List.of(VersionModel.of(1).definition(Traffic.NONE)))
			.listeners(List.of(new ServingListener() {

				@Override
				public void statusChanged(ModelStatus status) {
					if (!status.enabled()) {
						waitForAnotherThread(registry.get());
					}
					else if (status.state() == ModelState.READY) {
						StatusListenerTests.this.ready.complete(null);
					}
				}

			}))
			.build()) {
			registry.set(server.administration());
			server.start();
			assertThat(this.ready).succeedsWithin(30, TimeUnit.SECONDS);
			server.administration().disable(KEY);
			assertThat(this.heard).succeedsWithin(30, TimeUnit.SECONDS);
			assertThat(server.registry().limits(KEY)).isEqualTo(LIMITS);
		}
	}

	private void waitForAnotherThread(@Nullable ModelAdministration administration) {
		assertThat(administration).isNotNull();
		Thread other = new Thread(() -> {
			administration.limit(KEY, LIMITS);
			this.heard.complete(null);
		});
		other.start();
		assertThat(this.heard).succeedsWithin(10, TimeUnit.SECONDS);
	}

}
