package io.modelserving.autoconfigure;

import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalyzedException;

import io.modelserving.model.onnx.OnnxRuntimes;

/**
 * Fails the start on a class path whose ONNX Runtime cannot be relied on.
 */
final class OnnxRuntimeCheck {

	private OnnxRuntimeCheck() {
	}

	static void check(@Nullable ClassLoader classLoader) {
		check((classLoader != null) ? OnnxRuntimes.locations(classLoader) : List.of());
		check(OnnxRuntimes.version(), System.getProperty("os.name", ""), System.getenv());
	}

	static void check(List<URL> locations) {
		if (locations.size() > 1) {
			throw new FailureAnalyzedException(
					"ONNX Runtime is on the class path %d times, and which one runs is a matter of chance:%n%s"
						.formatted(locations.size(),
								locations.stream()
									.map((location) -> "\t" + location)
									.collect(Collectors.joining(System.lineSeparator()))),
					"Keep one of the dependencies com.microsoft.onnxruntime:onnxruntime (for processors) and "
							+ "com.microsoft.onnxruntime:onnxruntime_gpu (for NVIDIA GPUs), and with it one of the "
							+ "starters model-serving-spring-boot-starter and model-serving-spring-boot-starter-gpu.");
		}
	}

	static void check(@Nullable String version, String operatingSystem, Map<String, String> environment) {
		String objection = OnnxRuntimes.objection(version, operatingSystem, environment);
		if (objection != null) {
			throw new FailureAnalyzedException(objection + ".",
					"Use ONNX Runtime 1.28.0, or set the environment variable ORT_DISABLE_TELEMETRY to 1.");
		}
	}

	static ModelLoaderFactory failMissing() {
		throw new FailureAnalyzedException("Models are configured, but there is no ONNX Runtime on the class path.",
				"Add the dependency model-serving-spring-boot-starter, or model-serving-spring-boot-starter-gpu for "
						+ "NVIDIA GPUs, or com.microsoft.onnxruntime:onnxruntime itself.");
	}

}
