package io.modelserving.openinference.http;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.ModelKey;
import io.modelserving.openinference.FakeModels;
import io.modelserving.openinference.FakeRepository;
import io.modelserving.openinference.RepositoryControl;
import io.modelserving.serving.BriefWaits;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.statistics.ModelStatistics;
import io.modelserving.tensor.BufferPool;
import jakarta.servlet.ServletException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OverloadFilter}.
 */
class OverloadFilterTests {

	private final OverloadedService service = new OverloadedService();

	private final FakeModels models = new FakeModels();

	private final OpenInferenceRoutes routes = new OpenInferenceRoutes("/v2", this.models, this.service,
			(model, output) -> List.of(), (key) -> ModelStatistics.NONE,
			new RepositoryControl(new FakeRepository(this.models), false), DataSize.ofKilobytes(1),
			new Compression(false, DataSize.ofBytes(0)), Duration.ZERO, new BriefWaits(0), BufferPool.NONE);

	private static MockHttpServletRequest post(String uri) {
		return new MockHttpServletRequest("POST", uri);
	}

	private MockHttpServletResponse answer(MockHttpServletRequest request, String servletPath)
			throws ServletException, IOException {
		MockHttpServletResponse response = new MockHttpServletResponse();
		MockFilterChain chain = new MockFilterChain();
		new OverloadFilter(() -> this.routes, new ProtocolPaths("/v2", servletPath)).doFilter(request, response, chain);
		if (chain.getRequest() == request) {
			response.setStatus(100);
		}
		return response;
	}

	private boolean passes(MockHttpServletRequest request) throws ServletException, IOException {
		return answer(request, "").getStatus() == 100;
	}

	@Test
	void whenModelIsOverloadedThenCallIsAnsweredAsTheProtocolWants() throws ServletException, IOException {
		MockHttpServletResponse response = answer(post("/v2/models/echo/infer"), "");
		assertThat(response.getStatus()).isEqualTo(429);
		assertThat(response.getHeader("Retry-After")).isEqualTo("3");
		assertThat(response.getContentType()).isEqualTo("application/json");
		assertThat(response.getContentAsString()).isEqualTo("{\"error\":\"8 rows wait\"}");
		assertThat(this.service.asked).containsExactly("echo, null, priority 1");
	}

	@Test
	void whenPathNamesAVersionThenThatIsAsked() throws ServletException, IOException {
		assertThat(passes(post("/v2/models/echo/versions/1/infer"))).isFalse();
		assertThat(this.service.asked).containsExactly("echo, 1, priority 1");
	}

	@Test
	void whenApplicationHasContextAndServletPathsThenModelsAreFoundBelowThem() throws ServletException, IOException {
		MockHttpServletRequest request = post("/shop/api/v2/models/echo/infer");
		request.setContextPath("/shop");
		assertThat(answer(request, "/api").getStatus()).isEqualTo(429);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/v2/models/echo", "/v2/models/echo/infer/", "/v2/models/e%63ho/infer",
			"/v2/models/echo;v=1/infer", "/v2/models/echo/versions/nine/infer", "/v2/repository/index", "/v3", "/" })
	void whatIsNoPlainPathOfACallPasses(String uri) throws ServletException, IOException {
		assertThat(passes(post(uri))).isTrue();
		assertThat(this.service.asked).isEmpty();
	}

	@Test
	void otherMethodsAndPagesOfOtherOriginsPass() throws ServletException, IOException {
		assertThat(passes(new MockHttpServletRequest("GET", "/v2/models/echo/infer"))).isTrue();
		MockHttpServletRequest fromPage = post("/v2/models/echo/infer");
		fromPage.addHeader("Origin", "https://example.org");
		assertThat(passes(fromPage)).isTrue();
		assertThat(this.service.asked).isEmpty();
	}

	@Test
	void whenThereIsRoomThenCallPassesAndIsNotJudgedAgain() throws ServletException, IOException {
		this.service.refusal = null;
		MockHttpServletRequest request = post("/v2/models/echo/infer");
		assertThat(passes(request)).isTrue();
		assertThat(this.routes.earlyRefusal(request, "echo", null)).isEmpty();
		assertThat(this.service.asked).hasSize(1);
	}

	/** Refuses all calls before they are read, unless told otherwise. */
	private static final class OverloadedService implements InferenceService {

		private final List<String> asked = new ArrayList<>();

		private @Nullable Overloaded refusal = new Overloaded("8 rows wait", Duration.ofMillis(2100));

		@Override
		public CompletableFuture<InferenceResult> infer(InferenceRequest request) {
			return CompletableFuture
				.completedFuture(new InferenceResult(new ModelKey(request.model(), 1), request.inputs()));
		}

		@Override
		public Optional<Overloaded> refusal(String model, @Nullable Long version, int priority, long arrival) {
			this.asked.add("%s, %s, priority %d".formatted(model, version, priority));
			return Optional.ofNullable(this.refusal);
		}

	}

}
