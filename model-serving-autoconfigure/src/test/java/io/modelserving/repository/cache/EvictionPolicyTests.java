package io.modelserving.repository.cache;

import java.time.Instant;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EvictionPolicy}.
 */
class EvictionPolicyTests {

	private static CachedFile file(String name, int lastUsed, boolean inUse) {
		return new CachedFile(name, 10, Instant.ofEpochSecond(lastUsed), inUse, List.of());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			-5 | ''
			0 | ''
			1 | old
			10 | old
			11 | old middle
			20 | old middle
			30 | old middle new
			1000 | old middle new
			""")
	void whatIsNotUsedGoesFromTheLeastRecentlyUsedOn(long bytes, String chosen) {
		List<CachedFile> files = List.of(file("new", 3, false), file("used", 0, true), file("old", 1, false),
				file("middle", 2, false));
		assertThat(EvictionPolicy.choose(files, bytes)).extracting(CachedFile::sha256)
			.containsExactlyElementsOf(chosen.isEmpty() ? List.of() : List.of(chosen.split(" ")));
	}

}
