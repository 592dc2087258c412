package io.modelserving.openinference.http;

import java.time.Duration;
import java.util.List;

import io.modelserving.openinference.FakeModels;
import io.modelserving.openinference.FakeRepository;
import io.modelserving.openinference.RepositoryControl;
import io.modelserving.serving.statistics.ModelStatistics;
import io.modelserving.web.BodyBounds;
import io.modelserving.web.Execution;
import io.modelserving.web.RequestExecution;
import io.modelserving.web.ResponseCompression;
import io.modelserving.tensor.BufferPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ProtocolPaths}.
 */
class ProtocolPathsTests {

	private final ProtocolPaths paths = new ProtocolPaths("/v2", "");

	@Test
	void protocolClaimsWhatItsRoutesAnswer() {
		FakeModels models = new FakeModels();
		List<Route> routes = new OpenInferenceRoutes("/v2", models, models, (model, output) -> List.of(),
				(key) -> ModelStatistics.NONE, new RepositoryControl(new FakeRepository(models), false),
				new BodyBounds(1024, 100), new ResponseCompression(false, DataSize.ofBytes(0)),
				new RequestExecution(Execution.BLOCKING, Duration.ZERO, (task) -> task, 1), BufferPool.NONE)
			.routes();
		assertThat(routes).hasSizeGreaterThan(15).allSatisfy((route) -> {
			String uri = route.pattern().replace("{model}", "a%20b").replace("{version}", "1");
			for (String method : List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")) {
				assertThat(this.paths.claims("", method, uri)).as(method + " " + uri)
					.isEqualTo(route.methods().stream().anyMatch((own) -> own.matches(method)));
			}
			assertThat(this.paths.contains("", uri)).isTrue();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/", "/health/live", "/models", "/models/a%zz/infer", "/repository/index" })
	void pathsAreBelowContextServletAndBasePath(String rest) {
		assertThat(new ProtocolPaths("/v2", "").contains("/app", "/app/v2" + rest)).isTrue();
		assertThat(new ProtocolPaths("/v2", "/api").contains("/app", "/app/api/v2" + rest)).isTrue();
		assertThat(new ProtocolPaths("/serving/v2", "").contains("", "/serving/v2" + rest)).isTrue();
		assertThat(new ProtocolPaths("/serving/v2", "").contains("", "/v2" + rest)).isFalse();
		assertThat(new ProtocolPaths("/v2", "").contains("/app", "/v2" + rest)).isFalse();
		assertThat(new ProtocolPaths("/v2", "/api").contains("", "/v2" + rest)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/", "/v20", "/v2x/models", "/v2/orders", "/v2/app.css", "/v2/modelship",
			"/v2//models", "/v1/models", "/x/v2/models", "/v2/health", "/v2/models/a/b", "/v2/models/a/versions",
			"/v2/models/", "/v2/logging", "/v2/repository", "/v2/trace/setting", "/v2/systemsharedmemory/status" })
	void otherPathsAreTheApplications(String uri) {
		assertThat(this.paths.contains("", uri)).isFalse();
		assertThat(this.paths.claims("", "GET", uri)).isFalse();
		assertThat(this.paths.claims("", "POST", uri)).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "/v2/models/a/b, true", "/v2/logging, true", "/v2/health, true", "/v2/orders, false",
			"/v2/app.css, false", "/v2x, false" })
	void onlyClientsOfTheProtocolKnowPathsNextToItsOwn(String uri, boolean near) {
		assertThat(this.paths.isNear("", uri)).isEqualTo(near);
	}

	@Test
	void whenThereIsNoPathThenItIsNotTheProtocols() {
		assertThat(this.paths.contains("", null)).isFalse();
		assertThat(this.paths.claims("", "GET", null)).isFalse();
	}

}
