package io.modelserving.model.onnx;

import io.modelserving.model.ModelLoadException;

/**
 * Says why ONNX Runtime itself is not available.
 */
final class RuntimeFailures {

	private RuntimeFailures() {
	}

	static ModelLoadException unavailable(Throwable failure) {
		if (failure instanceof IllegalStateException && isShutdown(failure)) {
			return new ModelLoadException("the JVM is shutting down, so no model is loaded any more",
					"Nothing: the application is shutting down.", false, failure);
		}
		if (failure instanceof NoClassDefFoundError && failure.getCause() instanceof ClassNotFoundException) {
			return new ModelLoadException("ONNX Runtime is not on the class path",
					"Add the dependency model-serving-spring-boot-starter, or model-serving-spring-boot-starter-gpu.",
					false, failure);
		}
		return new ModelLoadException(
				"the native library of ONNX Runtime %s cannot be loaded on %s %s: %s".formatted(OnnxRuntimes.version(),
						System.getProperty("os.name"), System.getProperty("os.arch"), rootMessage(failure)),
				"ONNX Runtime needs Linux with glibc 2.28 or newer (not musl, as in Alpine), macOS on arm64, or Windows,"
						+ " on a 64-bit processor, and a directory java.io.tmpdir (%s) that can be written to and executed from."
							.formatted(System.getProperty("java.io.tmpdir")),
				false, failure);
	}

	private static boolean isShutdown(Throwable failure) {
		return "Shutdown in progress".equals(failure.getMessage());
	}

	private static String rootMessage(Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null) {
			root = root.getCause();
		}
		return (root.getMessage() != null) ? root.getMessage() : root.toString();
	}

}
