package io.modelserving.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A Python with the packages of a requirements file.
 */
final class Python {

	private static final Path CLIENTS = Path.of("clients");

	/** The exit code of the script when there can be no environment here. */
	private static final int UNAVAILABLE = 77;

	private static final long MINUTES = 10;

	private final Path executable;

	private Python(Path executable) {
		this.executable = executable;
	}

	/**
	 * Make a Python ready, or skip the test with the reason why there is none.
	 * @param requirements the name of the file with the packages
	 */
	static Python require(String requirements) throws IOException, InterruptedException {
		Path python = Tools.require("python3");
		Result made = run(Map.of(),
				List.of(python.toString(), "clients/environment.py", "clients/acceptance/" + requirements));
		Assumptions.assumeTrue(made.exitCode() != UNAVAILABLE, made.output());
		assertThat(made.exitCode()).as(made.output()).isZero();
		return new Python(Path.of(made.output().lines().reduce("", (first, last) -> last)));
	}

	/**
	 * Return a program that came with the packages.
	 * @param name its name
	 */
	Path program(String name) {
		return this.executable.resolveSibling(name);
	}

	/**
	 * Run a script until it ends.
	 * @param environment more variables for it
	 * @param script its name
	 * @param arguments what it is given
	 */
	Result run(Map<String, String> environment, String script, String... arguments)
			throws IOException, InterruptedException {
		List<String> command = Stream
			.concat(Stream.of(this.executable.toString(), CLIENTS.resolve("acceptance/" + script).toString()),
					Stream.of(arguments))
			.toList();
		return run(environment, command);
	}

	static Result run(Map<String, String> environment, List<String> command) throws IOException, InterruptedException {
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		builder.environment().putAll(new LinkedHashMap<>(environment));
		builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
		Process process = builder.start();
		try {
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).as("%s ends: %s", command, output).isTrue();
			return new Result(process.exitValue(), output);
		}
		finally {
			Stream.concat(process.descendants(), Stream.of(process.toHandle())).forEach(ProcessHandle::destroyForcibly);
		}
	}

	/**
	 * What a process left.
	 *
	 * @param exitCode its exit code
	 * @param output what it wrote
	 */
	record Result(int exitCode, String output) {
	}

}
