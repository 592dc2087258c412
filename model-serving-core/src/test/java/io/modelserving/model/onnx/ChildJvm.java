package io.modelserving.model.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own, for what could end this one.
 *
 * @param exitCode its exit code; 134 if it aborted
 * @param output what it wrote to its standard streams
 */
record ChildJvm(int exitCode, String output) {

	static ChildJvm run(Class<?> main, List<String> options, String... arguments)
			throws IOException, InterruptedException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.add("-Xmx256m");
		command.addAll(options);
		command.add(main.getName());
		command.addAll(List.of(arguments));
		Path output = Files.createTempFile("child-jvm", ".log");
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
		builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
		Process process = builder.start();
		try {
			if (!process.waitFor(2, TimeUnit.MINUTES)) {
				throw new IllegalStateException("the child does not end");
			}
			return new ChildJvm(process.exitValue(), Files.readString(output));
		}
		finally {
			process.destroyForcibly();
			Files.deleteIfExists(output);
		}
	}

}
