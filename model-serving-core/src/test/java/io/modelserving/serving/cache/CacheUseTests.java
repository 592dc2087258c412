package io.modelserving.serving.cache;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CacheUse}.
 */
class CacheUseTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "'' | USE", "no-cache | REFRESH", "No-Cache | REFRESH", "max-age=0 | REFRESH",
					"no-store | BYPASS", "no-cache, no-store | BYPASS", "no-store,no-cache | BYPASS",
					"max-age=60 | USE", "no-transform,  no-cache | REFRESH", ",, | USE", "nocache | USE" })
	void directivesSayWhatACallMayTake(String directives, CacheUse use) {
		assertThat(CacheUse.of(directives)).isEqualTo(use);
	}

	@Test
	void ofTwoWishesTheStricterCounts() {
		assertThat(CacheUse.of(null)).isEqualTo(CacheUse.USE);
		assertThat(CacheUse.USE.and(CacheUse.REFRESH)).isEqualTo(CacheUse.REFRESH);
		assertThat(CacheUse.BYPASS.and(CacheUse.REFRESH)).isEqualTo(CacheUse.BYPASS);
	}

}
