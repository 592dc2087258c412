package io.modelserving.model.onnx;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class OnnxRuntimesTests {

	@Test
	void runtimeOfTheTestsIsFound() {
		assertThat(OnnxRuntimes.locations(getClass().getClassLoader())).hasSize(1);
		assertThat(OnnxRuntimes.version()).isEqualTo("1.28.0");
	}

	@Test
	void whenThereAreTwoRuntimesThenBothAreFound(@TempDir Path cpu, @TempDir Path gpu) throws IOException {
		try (URLClassLoader classLoader = new URLClassLoader(new URL[] { runtime(cpu), runtime(gpu) }, null)) {
			assertThat(OnnxRuntimes.locations(classLoader)).extracting(URL::getPath)
				.satisfiesExactly((first) -> assertThat(first).startsWith(cpu.toString()),
						(second) -> assertThat(second).startsWith(gpu.toString()));
		}
	}

	@Test
	void whenThereIsNoRuntimeThenNoneIsFound() throws IOException {
		try (URLClassLoader classLoader = new URLClassLoader(new URL[0], null)) {
			assertThat(OnnxRuntimes.locations(classLoader)).isEmpty();
		}
	}

	@Test
	void whenVersionAbortsOnLongCommandLinesThenThereIsAnObjection() {
		assertThat(OnnxRuntimes.objection("1.29.0", "Linux", Map.of())).contains("1.29.0 aborts the JVM");
	}

	@Test
	void whenVersionOrPlatformIsAnotherOrTelemetryIsOffThenThereIsNone() {
		assertThat(OnnxRuntimes.objection("1.28.0", "Linux", Map.of())).isNull();
		assertThat(OnnxRuntimes.objection("1.29.1", "Linux", Map.of())).isNull();
		assertThat(OnnxRuntimes.objection(null, "Linux", Map.of())).isNull();
		assertThat(OnnxRuntimes.objection("1.29.0", "Mac OS X", Map.of())).isNull();
		assertThat(OnnxRuntimes.objection("1.29.0", "Linux", Map.of("ORT_DISABLE_TELEMETRY", "1"))).isNull();
	}

	private static URL runtime(Path directory) throws IOException {
		Path file = directory.resolve("ai/onnxruntime/OrtEnvironment.class");
		Files.createDirectories(file.getParent());
		Files.write(file, new byte[0]);
		return directory.toUri().toURL();
	}

}
