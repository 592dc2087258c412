package io.modelserving.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A {@link ServerApplication} in a virtual machine of its own, which may end.
 */
final class ServerProcess implements AutoCloseable {

	private static final long PATIENCE_SECONDS = 180;

	private static final Pattern HTTP = Pattern.compile("Tomcat started on port (\\d+)");

	private static final Pattern GRPC = Pattern.compile("gRPC Server started.*port:? (\\d+)");

	private static final Map<String, String> DEFAULTS = Map.of("server.port", "0", "spring.grpc.server.port", "0",
			"spring.main.banner-mode", "off", "springdoc.api-docs.enabled", "false", "springdoc.swagger-ui.enabled",
			"false");

	private final Process process;

	private final Path output;

	private ServerProcess(Process process, Path output) {
		this.process = process;
		this.output = output;
	}

	/**
	 * Start the application.
	 * @param folder where to keep what it prints
	 * @param options options of the virtual machine
	 * @param properties properties of the application
	 * @return the process, in which the application may still be starting
	 */
	static ServerProcess start(Path folder, List<String> options, String... properties) throws IOException {
		Path output = Files.createTempFile(folder, "output", ".log");
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
		command.addAll(options);
		command.add(ServerApplication.class.getName());
		Map<String, String> all = new LinkedHashMap<>(DEFAULTS);
		for (String property : properties) {
			all.put(property.substring(0, property.indexOf('=')), property.substring(property.indexOf('=') + 1));
		}
		all.forEach((name, value) -> command.add("--%s=%s".formatted(name, value)));
		return new ServerProcess(
				new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start(), output);
	}

	int httpPort() {
		return port(HTTP);
	}

	int grpcPort() {
		return port(GRPC);
	}

	private int port(Pattern pattern) {
		return await().atMost(PATIENCE_SECONDS, TimeUnit.SECONDS)
			.until(() -> pattern.matcher(output())
				.results()
				.map((found) -> Integer.valueOf(found.group(1)))
				.findFirst(), (port) -> port.isPresent() || !isAlive())
			.orElseThrow(() -> new AssertionError("the application did not start: " + output()));
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	/**
	 * Ask the application to end, as Kubernetes does.
	 */
	void terminate() {
		this.process.destroy();
	}

	/**
	 * Wait until the process ends.
	 * @return the exit code
	 */
	int waitFor() throws InterruptedException {
		assertThat(this.process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
			.as(() -> "the process should have ended: " + output())
			.isTrue();
		return this.process.exitValue();
	}

	String output() {
		try {
			return Files.readString(this.output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
