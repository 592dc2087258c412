package io.modelserving.sample;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

import org.junit.jupiter.api.Assumptions;

/**
 * Programs that a machine may have.
 */
final class Tools {

	private Tools() {
	}

	/**
	 * Find a program, or skip the test.
	 * @param name its name
	 * @return where it is
	 */
	static Path require(String name) {
		Optional<Path> tool = find(name);
		Assumptions.assumeTrue(tool.isPresent(), () -> "there is no " + name + " on the PATH of this machine");
		return tool.orElseThrow();
	}

	/**
	 * Find a program that {@code go install} may have put where it puts programs, or skip
	 * the test.
	 * @param name its name
	 * @return where it is
	 */
	static Path requireGo(String name) {
		Path installed = Path.of(System.getProperty("user.home"), "go", "bin", name);
		return Files.isExecutable(installed) ? installed : require(name);
	}

	private static Optional<Path> find(String name) {
		return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
			.map(directory -> Path.of(directory, name))
			.filter(Files::isExecutable)
			.findFirst();
	}

}
