package io.modelserving.repository.source;

import java.nio.file.Path;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RelativeNames}.
 */
class RelativeNamesTests {

	private static final Path DIRECTORY = Path.of("/models/digits/1");

	@ParameterizedTest
	@ValueSource(strings = { "weights.bin", "./weights.bin", "deep/down/weights.bin", "..weights", "a b" })
	void whenTheNameStaysInsideThenItIsResolved(String name) {
		assertThat(RelativeNames.resolve(DIRECTORY, name)).contains(DIRECTORY.resolve(name).normalize());
	}

	@ParameterizedTest
	@ValueSource(strings = { "../weights.bin", "..", "/etc/passwd", "a/../../b", "a/..", "..\\b", "a\\..\\..\\b", "\\b",
			"\\\\host\\share", "C:\\b", "c:b", "", " ", ".", "./", "a\0b" })
	void whenTheNameLeadsOutsideOrNowhereThenItIsRejected(String name) {
		assertThat(RelativeNames.resolve(DIRECTORY, name)).isEmpty();
	}

}
