package io.modelserving.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The sample application as users run it: its jar in a process of its own.
 */
final class RunningSample implements AutoCloseable {

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	private final Process process;

	private final Path output;

	private final Path folder;

	private RunningSample(Process process, Path output, Path folder) {
		this.process = process;
		this.output = output;
		this.folder = folder;
	}

	/**
	 * Start the application.
	 * @param folder where to keep what it writes
	 * @param arguments more arguments for it
	 * @return the application, which may still be starting
	 */
	static RunningSample start(Path folder, String... arguments) throws IOException {
		return start(folder, List.of(), List.of(arguments));
	}

	/**
	 * Start the application with options for its virtual machine.
	 * @param folder where to keep what it writes
	 * @param options options of the virtual machine
	 * @param arguments more arguments for it
	 * @return the application, which may still be starting
	 */
	static RunningSample start(Path folder, List<String> options, List<String> arguments) throws IOException {
		return start(jar(""), folder, options, arguments);
	}

	/**
	 * Start a build of the application with options for its virtual machine.
	 * @param jar the build
	 * @param folder where to keep what it writes
	 * @param options options of the virtual machine
	 * @param arguments more arguments for it
	 * @return the application, which may still be starting
	 */
	static RunningSample start(Path jar, Path folder, List<String> options, List<String> arguments) throws IOException {
		return start(Path.of(""), jar, folder, options, arguments);
	}

	/**
	 * Start an application that is not the sample.
	 * @param directory the working directory, which also keeps what it writes
	 * @param jar the application
	 * @return the application, which may still be starting
	 */
	static RunningSample start(Path directory, Path jar) throws IOException {
		return start(directory, jar, directory, List.of(), List.of());
	}

	private static RunningSample start(Path directory, Path jar, Path folder, List<String> options,
			List<String> arguments) throws IOException {
		Path output = folder.resolve("output.log");
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		List<String> command = new ArrayList<>(List.of(java));
		command.addAll(options);
		command
			.addAll(List.of("-jar", jar.toAbsolutePath().toString(), "--server.port=0", "--spring.grpc.server.port=0",
					"--server.tomcat.basedir=" + folder, "--server.tomcat.accesslog.enabled=true",
					"--server.tomcat.accesslog.buffered=false", "--server.tomcat.accesslog.pattern=%s %U"));
		command.addAll(arguments);
		Process process = new ProcessBuilder(command).directory(directory.toAbsolutePath().toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		return new RunningSample(process, output, folder);
	}

	/**
	 * Return a build of the application.
	 * @param classifier the classifier of its jar, empty for the usual one
	 */
	static Path jar(String classifier) throws IOException {
		Pattern name = Pattern.compile("sample-app-[\\d.]+(-SNAPSHOT)?%s\\.jar"
			.formatted(classifier.isEmpty() ? "" : "-" + Pattern.quote(classifier)));
		try (Stream<Path> files = Files.list(Path.of("target"))) {
			return files.filter(file -> name.matcher(file.getFileName().toString()).matches())
				.findFirst()
				.orElseThrow(() -> new IllegalStateException("there is no jar in target: run this test with Maven"));
		}
	}

	int port() {
		return await().atMost(SampleClient.PATIENCE)
			.until(() -> PORT.matcher(output()).results().map(found -> Integer.valueOf(found.group(1))).findFirst(),
					port -> port.isPresent() || !this.process.isAlive())
			.orElseThrow(() -> new AssertionError("the application did not start: " + output()));
	}

	long pid() {
		return this.process.pid();
	}

	String output() {
		try {
			return Files.readString(this.output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Ask the application to end, and wait until it has.
	 * @param grace how long it may take
	 * @return its exit code
	 */
	int terminate(Duration grace) throws InterruptedException {
		this.process.destroy();
		return awaitEnd(grace);
	}

	/**
	 * Kill the application, as nothing can prevent it, and wait until it has ended.
	 * @param grace how long it may take
	 * @return its exit code
	 */
	int kill(Duration grace) throws InterruptedException {
		this.process.destroyForcibly();
		return awaitEnd(grace);
	}

	boolean hasEnded() {
		return !this.process.isAlive();
	}

	/**
	 * Wait until the application has ended by itself.
	 * @param grace how long it may take
	 * @return its exit code
	 */
	int awaitEnd(Duration grace) throws InterruptedException {
		assertThat(this.process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)).as(this::output).isTrue();
		return this.process.exitValue();
	}

	/**
	 * Count what the web server has answered.
	 * @param status the status of the answers
	 * @param paths the paths of the requests
	 * @return how many there were
	 */
	long answers(int status, List<String> paths) throws IOException {
		List<String> wanted = paths.stream().map(path -> status + " " + path).toList();
		return answers().filter(wanted::contains).count();
	}

	/**
	 * Return what the web server has answered other than 200.
	 * @return the status and path of each answer
	 */
	List<String> accessLog() throws IOException {
		return answers().filter(answer -> !answer.startsWith("200 ")).toList();
	}

	private Stream<String> answers() throws IOException {
		try (Stream<Path> logs = Files.list(this.folder.resolve("logs"))) {
			return Files.readAllLines(logs.findFirst().orElseThrow()).stream();
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
