package io.modelserving.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the tests and endpoints are there which the pages name that say what is the
 * counterpart of something of others.
 */
class NamedCodeTests {

	private static final Pattern REFERENCE = Pattern.compile("`([A-Z][a-z]\\w+)(?:\\.(\\w+))?`|`\\.(\\w+)`");

	/** That page names the tests and headers of others, too. */
	private static final Pattern TEST = Pattern
		.compile("`[A-Z]\\w+(?:Tests?|IT|Fuzzer|Contract)(?:\\.\\w+)?`|`\\.\\w+`");

	private static final Pattern DECLARATION = Pattern.compile("\\b(?:class|record) (\\w+)");

	private static List<String> sources;

	private static Map<String, List<String>> sourcesByType;

	@BeforeAll
	static void readSources() throws IOException {
		try (Stream<Path> files = Stream
			.of("sample-app/src", "sample-app/clients", "model-serving-core/src", "model-serving-autoconfigure/src")
			.flatMap(folder -> walk(Readme.ROOT.resolve(folder)))) {
			sources = files
				.filter(file -> file.toString().endsWith(".java")
						|| file.toString().contains("/acceptance/") && file.toString().endsWith(".py"))
				.map(NamedCodeTests::read)
				.toList();
		}
		sourcesByType = new HashMap<>();
		for (String source : sources) {
			DECLARATION.matcher(source)
				.results()
				.forEach((found) -> sourcesByType.computeIfAbsent(found.group(1), (type) -> new ArrayList<>())
					.add(source));
		}
	}

	static Stream<String> references() {
		return Stream.concat(references(TEST, "docs/design/triton-tests.md"), references(REFERENCE, "docs/samples.md"))
			.distinct();
	}

	private static Stream<String> references(Pattern pattern, String page) {
		return pattern.matcher(read(Readme.ROOT.resolve(page))).results().map(MatchResult::group);
	}

	@ParameterizedTest
	@MethodSource("references")
	void whenCodeIsNamedThenItIsThere(String reference) {
		MatchResult name = REFERENCE.matcher(reference).results().findFirst().orElseThrow();
		String type = name.group(1);
		String method = (name.group(2) != null) ? name.group(2) : name.group(3);
		assertThat((type != null) ? sourcesByType.getOrDefault(type, List.of()) : sources)
			.anyMatch((source) -> method == null || source.contains(" " + method + "("));
	}

	private static Stream<Path> walk(Path root) {
		try {
			return Files.walk(root);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
