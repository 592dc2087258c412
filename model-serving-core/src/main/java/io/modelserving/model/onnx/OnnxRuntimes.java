package io.modelserving.model.onnx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The versions of ONNX Runtime on the class path. It loads no native library.
 */
public final class OnnxRuntimes {

	private static final String CLASS = "ai.onnxruntime.OrtEnvironment";

	private OnnxRuntimes() {
	}

	/**
	 * Return where the class path has ONNX Runtime. More than one place means that
	 * {@code onnxruntime} and {@code onnxruntime_gpu} are both there, of which the class
	 * path's order picks one silently.
	 * @param classLoader the class loader to ask
	 * @return the places, the one in use first; empty if there is none
	 */
	public static List<URL> locations(ClassLoader classLoader) {
		try {
			return List.copyOf(Collections.list(classLoader.getResources(CLASS.replace('.', '/') + ".class")));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return the version of ONNX Runtime, as its jar says.
	 * @return the version, or {@code null} if there is no runtime or its jar does not say
	 */
	public static @Nullable String version() {
		try {
			return Class.forName(CLASS, false, OnnxRuntimes.class.getClassLoader())
				.getPackage()
				.getImplementationVersion();
		}
		catch (ClassNotFoundException ex) {
			return null;
		}
	}

	/**
	 * Return why a version of ONNX Runtime must not be used. Version 1.29.0 on Linux
	 * aborts the JVM as soon as the environment is created by a process with a command
	 * line of some thousand characters, unless its telemetry is off.
	 * @param version the version
	 * @param operatingSystem the name of the operating system, as {@code os.name} has it
	 * @param environment the environment variables
	 * @return the reason, or {@code null} if nothing prevents it
	 */
	public static @Nullable String objection(@Nullable String version, String operatingSystem,
			Map<String, String> environment) {
		if (!"1.29.0".equals(version) || !operatingSystem.startsWith("Linux")
				|| "1".equals(environment.get("ORT_DISABLE_TELEMETRY"))) {
			return null;
		}
		return "ONNX Runtime 1.29.0 aborts the JVM on Linux when the command line of the process is long";
	}

}
