package io.modelserving.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import io.modelserving.model.ModelState;
import io.modelserving.repository.OnnxFiles;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelRepository;
import io.modelserving.serving.ModelRepository.IndexEntry;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a directory of many models is served, and that a bad one among them harms no
 * other.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class ManyModelsTests {

	private static final int MODELS = 200;

	private static final String BAD = "model-100";

	@TempDir
	private Path directory;

	@BeforeEach
	void writeModels() throws IOException {
		for (int i = 0; i < MODELS; i++) {
			OnnxFiles.adding(file(i), i);
		}
		byte[] whole = Files.readAllBytes(this.directory.resolve(BAD + "/1/model.onnx"));
		Files.write(this.directory.resolve(BAD + "/1/model.onnx"), Arrays.copyOf(whole, whole.length / 2));
		OnnxFiles.adding(this.directory.resolve("model-001/02/model.onnx"), 0);
		Files.createDirectories(this.directory.resolve("lost+found"));
	}

	private Path file(int i) {
		return this.directory.resolve(name(i)).resolve("1/model.onnx");
	}

	private static String name(int i) {
		return "model-%03d".formatted(i);
	}

	@Test
	void whenADirectoryHasManyModelsThenAllAreServedAndUnloadedAndTheBadOneSaysWhy() {
		new ApplicationContextRunner().withConfiguration(OwnAutoConfigurations.and())
			.withPropertyValues("model-serving.repository=" + this.directory,
					"model-serving.repository-control.mode=explicit",
					"model-serving.repository-control.load-at-startup=*")
			.withBean(Attempts.class)
			.run((context) -> {
				awaitAll(context);
				assertAllIsServed(context);
				int threads = threads();
				ModelRepository repository = context.getBean(ModelRepository.class);
				CompletableFuture
					.allOf(repository.index(false)
						.stream()
						.map((entry) -> repository.unload(entry.name()))
						.toArray(CompletableFuture[]::new))
					.get(2, TimeUnit.MINUTES);
				assertThat(context.getBean(ModelRegistry.class).models()).isEmpty();
				assertThat(threads()).isLessThan(threads - MODELS / 2);
				assertThat(repository.index(false)).hasSize(MODELS + 1)
					.extracting(IndexEntry::version)
					.containsOnlyNulls();
			});
	}

	private static void awaitAll(ApplicationContext context) {
		for (int i = 0; i < MODELS; i++) {
			context.getBean(Attempts.class).awaitEndOf(name(i));
		}
	}

	private static void assertAllIsServed(ApplicationContext context) throws Exception {
		InferenceService service = context.getBean(InferenceService.class);
		for (IndexEntry entry : context.getBean(ModelRepository.class).index(false)) {
			if (entry.name().equals("lost+found")) {
				assertThat(entry.reason()).contains("has no version");
			}
			else if (entry.name().equals(BAD)) {
				assertThat(entry.state()).isEqualTo(ModelState.FAILED);
				assertThat(entry.reason()).contains("is not an ONNX model");
			}
			else {
				assertThat(entry).isEqualTo(new IndexEntry(entry.name(), 1L, ModelState.READY, ""));
				float weight = Integer.parseInt(entry.name().substring(6));
				assertThat(add(service, entry.name(), 0.5F)).containsExactly(0.5F + weight, 0.5F + weight);
			}
		}
	}

	private static float[] add(InferenceService service, String model, float value) throws Exception {
		NamedTensors row = NamedTensors.of("x", Tensor.of(Shape.of(1, 2), value, value));
		return service.infer(InferenceRequest.builder(model, row).timeout(Duration.ofMinutes(1)).build())
			.get(1, TimeUnit.MINUTES)
			.outputs()
			.numeric("y")
			.toFloats();
	}

	private static int threads() {
		return (int) Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("model-"))
			.count();
	}

}
