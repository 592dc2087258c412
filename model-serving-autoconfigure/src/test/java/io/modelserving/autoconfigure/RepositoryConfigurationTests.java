package io.modelserving.autoconfigure;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.context.ApplicationContext;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.openinference.RepositoryControl;
import io.modelserving.repository.OnnxFiles;
import io.modelserving.repository.cache.FileServer;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.ModelAdministration;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelRepository;
import io.modelserving.serving.ModelRepository.LoadOverrides;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.serving.RepositoryReadOnlyException;
import io.modelserving.serving.ServingListener;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for the repository of a whole application, with real models.
 */
class RepositoryConfigurationTests {

	@TempDir
	private Path directory;

	@TempDir
	private Path elsewhere;

	@BeforeEach
	void writeModels() {
		OnnxFiles.adding(this.directory.resolve("m/1/model.onnx"), 1);
	}

	private void run(ContextConsumer<AssertableApplicationContext> test, String... properties) {
		new ApplicationContextRunner().withConfiguration(OwnAutoConfigurations.and())
			.withPropertyValues("model-serving.repository=" + this.directory)
			.withPropertyValues(properties)
			.withBean(Attempts.class)
			.run(test);
	}

	private void runExplicit(ContextConsumer<AssertableApplicationContext> test, String... properties) {
		run((context) -> {
			assertThat(context).hasNotFailed();
			test.accept(context);
		}, Stream.concat(Stream.of("model-serving.repository-control.mode=explicit"), Stream.of(properties))
			.toArray(String[]::new));
	}

	@Test
	void whenLoadingIsExplicitThenModelsAreLoadedAsTheyAreAskedFor() {
		runExplicit((context) -> {
			assertThat(context.getBean(ModelRegistry.class).models()).isEmpty();
			assertThat(load(context, LoadOverrides.NONE)).extracting(ModelStatus::state)
				.containsExactly(ModelState.READY);
			assertThat(add(context, 1)).isEqualTo(2);
			OnnxFiles.adding(this.directory.resolve("m/2/model.onnx"), 5);
			load(context, LoadOverrides.NONE);
			assertThat(add(context, 1)).isEqualTo(6);
			assertThat(versions(context)).containsExactly(new ModelKey("m", 2));
			OnnxFiles.write(this.directory.resolve("m/2/model.onnx"), new byte[] { 1, 2, 3 });
			assertThat(load(context, LoadOverrides.NONE)).singleElement()
				.satisfies((status) -> assertThat(status.reason())
					.contains("the reload failed, the version loaded before goes on serving"));
			assertThat(add(context, 1)).isEqualTo(6);
		});
	}

	@Test
	void whenARequestBringsSettingsThenTheyCountUntilTheNextLoad() {
		runExplicit((context) -> {
			load(context, new LoadOverrides(Map.of("max_batch_size", 0, "instance_group", List.of(Map.of("count", 1))),
					Map.of()));
			assertThat(details(context).instances()).isEqualTo(1);
			assertThat(details(context).plan().batched()).isFalse();
			load(context, LoadOverrides.NONE);
			assertThat(details(context).instances()).isEqualTo(Runtime.getRuntime().availableProcessors());
		});
	}

	@Test
	void whenARequestBringsFilesThenTheyAreServedAndRemovedWithTheModel() {
		runExplicit((context) -> {
			load(context, LoadOverrides.NONE);
			load(context, files("7/model.onnx", OnnxFiles.adding(10)));
			assertThat(versions(context)).containsExactly(new ModelKey("m", 7));
			assertThat(add(context, 1)).isEqualTo(11);
			Path stored = Path.of(context.getBean(ModelRegistry.class).models().get(0).location());
			assertThat(stored).exists();
			assertThat(context.getBean(ModelAdministration.class)
				.reload(new ModelKey("m", 7))
				.get(1, TimeUnit.MINUTES)
				.state()).isEqualTo(ModelState.READY);
			context.getBean(ModelRepository.class).unload("m").get(1, TimeUnit.MINUTES);
			assertThat(stored.getParent().getParent()).doesNotExist();
			assertThat(this.directory.resolve("m/7")).doesNotExist();
			load(context, LoadOverrides.NONE);
			assertThat(versions(context)).containsExactly(new ModelKey("m", 1));
		}, "model-serving.repository-control.allow-file-overrides=true");
	}

	@Test
	void whenFilesOfARequestAreBadThenWhatServesGoesOn() throws IOException {
		Path secret = Files.write(this.directory.resolve("secret.bin"), new byte[8]);
		runExplicit((context) -> {
			load(context, LoadOverrides.NONE);
			for (byte[] bad : List.of(new byte[] { 9, 9 }, OnnxFiles.referringTo(secret.toString()),
					OnnxFiles.referringTo("../../../../../../../.." + secret))) {
				assertThat(load(context, files("1/model.onnx", bad))).singleElement()
					.satisfies((status) -> assertThat(status.reason()).contains("the reload failed"));
				assertThat(add(context, 1)).isEqualTo(2);
			}
			assertThatThrownBy(() -> load(context, files("../m/1/model.onnx", OnnxFiles.adding(3))))
				.hasCauseInstanceOf(InvalidInput.class);
			assertThat(load(context, files("1/weights.bin", new byte[8]))).singleElement()
				.satisfies((status) -> assertThat(status.reason()).contains("no model.onnx in it; it has weights.bin"));
			assertThat(add(context, 1)).isEqualTo(2);
		}, "model-serving.repository-control.allow-file-overrides=true");
	}

	@Test
	void whenAFileOfARequestIsNoModelThenThatIsTheCallersMistake() {
		byte[] whole = OnnxFiles.adding(3);
		List<byte[]> junk = List.of(new byte[0], new byte[1000], new byte[] { 9, 9 }, text("<html>not found</html>"),
				text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"), text("{}"),
				text("PK\u0003\u0004 an archive"), new byte[] { (byte) 0x80, 4, (byte) 0x95 },
				Arrays.copyOf(whole, whole.length / 2), OnnxFiles.referringTo("weights.bin"));
		runExplicit((context) -> {
			load(context, LoadOverrides.NONE);
			RepositoryControl control = new RepositoryControl(context.getBean(ModelRepository.class), true);
			for (byte[] content : junk) {
				assertThatThrownBy(() -> control.load("m", Map.of("config", "{}", "file:1/model.onnx", content))
					.get(1, TimeUnit.MINUTES)).hasCauseInstanceOf(InvalidInput.class)
					.hasMessageContaining("could not be loaded")
					.hasMessageNotContaining("/tmp");
				assertThat(add(context, 1)).isEqualTo(2);
			}
		}, "model-serving.repository-control.allow-file-overrides=true");
	}

	@Test
	void whenFilesOfARequestDoNotFitTogetherThenThatIsTheCallersMistake() {
		List<Map<String, Object>> files = List.of(Map.of("file:1/weights.bin", new byte[8]),
				Map.of("file:1/model.onnx", OnnxFiles.adding(3), "file:1/model.onnx.sha256", text("0".repeat(64))),
				Map.of("file:1/model.onnx", OnnxFiles.adding(3), "file:1/model.onnx.sha256", text("not a checksum")),
				Map.of("file:1/model.onnx", OnnxFiles.referringTo("w.bin"), "file:1/w.bin", new byte[1]));
		runExplicit((context) -> {
			RepositoryControl control = new RepositoryControl(context.getBean(ModelRepository.class), true);
			for (Map<String, Object> each : files) {
				Map<String, Object> parameters = new HashMap<>(each);
				parameters.put("config", "{}");
				assertThatThrownBy(() -> control.load("m", parameters).get(1, TimeUnit.MINUTES))
					.hasCauseInstanceOf(InvalidInput.class);
			}
		}, "model-serving.repository-control.allow-file-overrides=true");
	}

	@Test
	void whenAFileOfARequestIsGoodButTheEnvironmentIsNotThenThatIsNotTheCallersMistake() {
		runExplicit((context) -> {
			RepositoryControl control = new RepositoryControl(context.getBean(ModelRepository.class), true);
			assertThatThrownBy(() -> control.load("m", Map.of("config", "{}", "file:1/model.onnx", OnnxFiles.adding(3)))
				.get(1, TimeUnit.MINUTES)).hasCauseInstanceOf(ModelUnavailable.class)
				.hasMessageContaining("execution provider");
		}, "model-serving.repository-control.allow-file-overrides=true",
				"model-serving.defaults.runtime.execution-providers=cuda");
	}

	private static byte[] text(String content) {
		return content.getBytes(StandardCharsets.ISO_8859_1);
	}

	@Test
	void whenOverridesAreNotAllowedThenTheyAreRejectedAndThePropertyNamed() {
		runExplicit((context) -> {
			assertThatThrownBy(() -> load(context, files("1/model.onnx", OnnxFiles.adding(3))))
				.hasCauseInstanceOf(RepositoryReadOnlyException.class)
				.hasMessageContaining("model-serving.repository-control.allow-file-overrides");
			assertThatThrownBy(() -> load(context, new LoadOverrides(Map.of("max_batch_size", 2), Map.of())))
				.hasCauseInstanceOf(RepositoryReadOnlyException.class)
				.hasMessageContaining("model-serving.repository-control.allow-config-overrides");
		}, "model-serving.repository-control.allow-config-overrides=false");
	}

	@Test
	void whenRepositoryIsPolledThenWhatIsAddedIsServed() {
		run((context) -> {
			context.getBean(Attempts.class).awaitEndOf("m");
			OnnxFiles.adding(this.elsewhere.resolve("late/1/model.onnx"), 3);
			Files.move(this.elsewhere.resolve("late"), this.directory.resolve("late"));
			context.getBean(Attempts.class).awaitEndOf("late");
			assertThat(context.getBean(ModelRegistry.class).find("late")).hasValueSatisfying((model) -> {
				assertThat(model.status().state()).isEqualTo(ModelState.READY);
				assertThat(model.status().required()).isFalse();
			});
			assertThat(context.getBean(ModelRegistry.class).find("m").orElseThrow().status().required()).isTrue();
		}, "model-serving.repository-control.mode=poll", "model-serving.repository-control.poll-interval=20ms");
	}

	@Test
	void whenTheChecksumIsWrongThenTheModelHasFailedAndSaysBoth() {
		run((context) -> {
			context.getBean(Attempts.class).awaitEndOf("m");
			assertThat(context.getBean(ModelRegistry.class).find("m").orElseThrow().status().reason())
				.contains("has the checksum sha256:")
				.contains("expected is sha256:0123456789abcdef")
				.contains("correct the property model-serving.models.m.checksum");
		}, "model-serving.models.m.checksum=sha256:" + "0123456789abcdef".repeat(4));
	}

	@Test
	void whenADownloadBreaksOffThenTheNextAttemptGoesOnAndTheModelIsServed() {
		CountDownLatch ready = new CountDownLatch(1);
		try (FileServer server = new FileServer()) {
			URI uri = server.put("/model.onnx", OnnxFiles.adding(4), "\"a\"");
			server.breakAfter = 20;
			new ApplicationContextRunner().withConfiguration(OwnAutoConfigurations.and())
				.withPropertyValues("model-serving.models.m.location=" + uri)
				.withBean(ServingListener.class, () -> new ServingListener() {

					@Override
					public void statusChanged(ModelStatus status) {
						if (status.state() == ModelState.READY) {
							ready.countDown();
						}
					}

				})
				.run((context) -> {
					StubModels.await(ready);
					assertThat(add(context, 1)).isEqualTo(5);
				});
			assertThat(server.requests).contains("/model.onnx", "/model.onnx bytes=20-");
		}
	}

	private static LoadOverrides files(String name, byte[] content) {
		return new LoadOverrides(Map.of(), Map.of(name, content));
	}

	private static List<ModelStatus> load(ApplicationContext context, LoadOverrides overrides) {
		CompletableFuture<List<ModelStatus>> load = context.getBean(ModelRepository.class).load("m", overrides);
		return load.orTimeout(1, TimeUnit.MINUTES).join();
	}

	private static ModelDetails details(ApplicationContext context) {
		return context.getBean(ModelRegistry.class).find("m").map(ModelSnapshot::details).orElseThrow();
	}

	private static List<ModelKey> versions(ApplicationContext context) {
		return context.getBean(ModelRegistry.class).models().stream().map(ModelSnapshot::key).toList();
	}

	private static float add(ApplicationContext context, float value) throws Exception {
		NamedTensors row = NamedTensors.of("x", Tensor.of(Shape.of(1, 2), value, value));
		return context.getBean(InferenceService.class)
			.infer(InferenceRequest.builder("m", row).timeout(Duration.ofMinutes(1)).build())
			.get(1, TimeUnit.MINUTES)
			.outputs()
			.numeric("y")
			.toFloats()[0];
	}

}
