package io.modelserving.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Gives each fuzzer the inputs in the directory of its name: those to start from, and
 * those that have found something.
 */
class FuzzRegressionTests {

	static Stream<Arguments> inputs() throws IOException, URISyntaxException {
		Path root = Path.of(FuzzRegressionTests.class.getResource("/fuzz").toURI());
		try (Stream<Path> files = Files.walk(root)) {
			return files.filter(file -> Files.isRegularFile(file) && file.getParent().getParent().equals(root))
				.sorted()
				.map(file -> arguments(file.getParent().getFileName().toString(), file.getFileName().toString(), file))
				.toList()
				.stream();
		}
	}

	@ParameterizedTest(name = "{0} {1}")
	@MethodSource("inputs")
	void whenInputIsFuzzedThenNothingButDocumentedErrors(String fuzzer, String name, Path file)
			throws ReflectiveOperationException {
		Method fuzz = Class.forName(fuzzer).getMethod("fuzzerTestOneInput", byte[].class);
		assertThatCode(() -> fuzz.invoke(null, (Object) read(file))).doesNotThrowAnyException();
	}

	private static byte[] read(Path file) {
		try {
			return Files.readAllBytes(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
