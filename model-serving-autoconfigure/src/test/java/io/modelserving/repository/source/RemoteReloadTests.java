package io.modelserving.repository.source;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.io.ProtocolResolver;

import io.modelserving.autoconfigure.OwnAutoConfigurations;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.repository.cache.Downloader;
import io.modelserving.repository.cache.FileServer;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ServingListener;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a whole application whose model moves at its source.
 */
class RemoteReloadTests {

	private final FileServer server = new FileServer();

	private final BlockingQueue<ModelStatus> changes = new LinkedBlockingQueue<>();

	@TempDir
	private Path directory;

	@AfterEach
	void closeServer() {
		this.server.close();
	}

	private ApplicationContextRunner application(String location) {
		return new ApplicationContextRunner().withConfiguration(OwnAutoConfigurations.and())
			.withInitializer((context) -> Buckets.of(this.server)
				.getProtocolResolvers()
				.forEach((ProtocolResolver resolver) -> context.addProtocolResolver(resolver)))
			.withPropertyValues("model-serving.models.m.location=" + location,
					"model-serving.repository-control.mode=poll", "model-serving.repository-control.poll-interval=20ms",
					"model-serving.downloads.cache-directory=" + this.directory.resolve("cache"),
					"model-serving.sources.hugging-face.cache=" + this.directory.resolve("hub"),
					"model-serving.sources.hugging-face.endpoint=" + this.server.uri(""),
					"MLFLOW_TRACKING_URI=" + this.server.uri(""))
			.withBean(ServingListener.class, () -> new ServingListener() {

				@Override
				public void statusChanged(ModelStatus status) {
					RemoteReloadTests.this.changes.add(status);
				}

			});
	}

	private ModelStatus await(ModelState state) throws InterruptedException {
		ModelStatus status;
		do {
			status = this.changes.poll(1, TimeUnit.MINUTES);
			assertThat(status).as("waiting for %s", state).isNotNull();
		}
		while (status.state() != state);
		return status;
	}

	private static float add(ApplicationContext context) throws Exception {
		NamedTensors row = NamedTensors.of("x", Tensor.of(Shape.of(1, 2), 0F, 0F));
		return context.getBean(InferenceService.class)
			.infer(InferenceRequest.builder("m", row).timeout(Duration.ofMinutes(1)).build())
			.get(1, TimeUnit.MINUTES)
			.outputs()
			.numeric("y")
			.toFloats()[0];
	}

	@ParameterizedTest
	@EnumSource
	void whenTheModelMovesThenTheNewOneTakesTheCallsAndNoneIsLost(RemoteModels kind) {
		application(kind.publish(this.server, 1, "digits")).run((context) -> {
			await(ModelState.READY);
			assertThat(add(context)).isEqualTo(1);
			AtomicBoolean stop = new AtomicBoolean();
			CompletableFuture<Float> calls = CompletableFuture.supplyAsync(() -> {
				float last = 0;
				while (!stop.get() && last != 2) {
					try {
						last = add(context);
					}
					catch (Exception ex) {
						throw new IllegalStateException(ex);
					}
				}
				return last;
			});
			try {
				kind.publish(this.server, 2, "digits");
				assertThat(calls.get(1, TimeUnit.MINUTES)).isEqualTo(2);
			}
			finally {
				stop.set(true);
			}
			assertThat(context.getBean(ModelRegistry.class).models()).hasSize(1);
		});
	}

	@ParameterizedTest
	@EnumSource
	void whenTheSourceIsAwayAtStartupThenTheCachedModelServesAndTheNewOneWhenItIsBack(RemoteModels kind) {
		String location = kind.publish(this.server, 1, "digits");
		application(location).run((context) -> await(ModelState.READY));
		this.changes.clear();
		this.server.status = 503;
		application(location).run((context) -> {
			await(ModelState.READY);
			assertThat(add(context)).isEqualTo(1);
			assertThat(context.getBean(Downloader.class).status().unreached()).isNotEmpty();
			this.changes.clear();
			kind.publish(this.server, 2, "digits");
			this.server.status = 0;
			await(ModelState.READY);
			assertThat(add(context)).isEqualTo(2);
			assertThat(context.getBean(Downloader.class).status().unreached()).isEmpty();
		});
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BUCKET")
	void whenThereIsNoModelAtStartupThenItServesAsSoonAsThereIs(RemoteModels kind) {
		String location = kind.publish(this.server, 1, "digits");
		this.server.status = 404;
		application(location).run((context) -> {
			await(ModelState.FAILED);
			this.server.status = 0;
			await(ModelState.READY);
			assertThat(add(context)).isEqualTo(1);
		});
	}

}
