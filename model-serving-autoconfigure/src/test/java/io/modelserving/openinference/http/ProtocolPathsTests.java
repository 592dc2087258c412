package io.modelserving.openinference.http;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ProtocolPaths}.
 */
class ProtocolPathsTests {

	private final ProtocolPaths paths = new ProtocolPaths("");

	@ParameterizedTest
	@ValueSource(strings = { "/v2", "/v2/", "/v2/health/live", "/v2/models", "/v2/models/a%zz/infer",
			"/v2/repository/index", "/v2/logging", "/v2/trace/setting", "/v2/systemsharedmemory/status" })
	void protocolHasItsOwnPaths(String uri) {
		assertThat(this.paths.contains("", uri)).isTrue();
		assertThat(this.paths.contains("/app", "/app" + uri)).isTrue();
		assertThat(new ProtocolPaths("/api").contains("/app", "/app/api" + uri)).isTrue();
		assertThat(this.paths.contains("/app", uri)).isFalse();
		assertThat(new ProtocolPaths("/api").contains("", uri)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/", "/v20", "/v2x/models", "/v2/orders", "/v2/modelship", "/v2//models", "/v1/models",
			"/x/v2/models" })
	void otherPathsAreTheApplications(String uri) {
		assertThat(this.paths.contains("", uri)).isFalse();
	}

	@Test
	void whenThereIsNoPathThenItIsNotTheProtocols() {
		assertThat(this.paths.contains("", null)).isFalse();
	}

}
