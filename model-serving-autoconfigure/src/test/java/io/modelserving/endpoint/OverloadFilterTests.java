package io.modelserving.endpoint;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import jakarta.servlet.ServletException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.serving.BriefWaits;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.traffic.Traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link OverloadFilter}.
 */
class OverloadFilterTests {

	private final OverloadedService service = new OverloadedService();

	private final ModelRegistry models = mock(ModelRegistry.class);

	@BeforeEach
	void models() {
		given(this.models.traffic(any())).willReturn(Traffic.NONE);
	}

	private EndpointRoutes routes() {
		return Endpoints.find(SumEndpoint.class).route(this.service, this.models, new BriefWaits(0));
	}

	/**
	 * Returns whether the filter lets the request through, that is, does not answer it.
	 */
	private boolean passes(MockHttpServletResponse response, String servletPath,
			Consumer<MockHttpServletRequest> details) throws ServletException, IOException {
		MockHttpServletRequest request = new MockHttpServletRequest("POST", "/sum");
		details.accept(request);
		MockFilterChain chain = new MockFilterChain();
		EndpointRoutes.overloadFilter(this::routes, servletPath, new JsonMapper()).doFilter(request, response, chain);
		return chain.getRequest() == request;
	}

	private boolean passes(Consumer<MockHttpServletRequest> details) throws ServletException, IOException {
		return passes(new MockHttpServletResponse(), "", details);
	}

	@Test
	void whenModelIsOverloadedThenRequestIsAnsweredWithTheProblem() throws ServletException, IOException {
		MockHttpServletResponse response = new MockHttpServletResponse();
		assertThat(passes(response, "", (request) -> {
		})).isFalse();
		assertThat(response.getStatus()).isEqualTo(429);
		assertThat(response.getHeader("Retry-After")).isEqualTo("2");
		assertThat(response.getContentType()).isEqualTo("application/problem+json");
		assertThat(new JsonMapper().readTree(response.getContentAsByteArray())).isEqualTo(new JsonMapper().readTree("""
				{"type": "about:blank", "title": "Too Many Requests", "status": 429, "detail": "8 rows wait",
				 "instance": "/sum"}"""));
		assertThat(this.service.asked).containsExactly("adder");
	}

	@Test
	void whenModelIsNotOverloadedThenRequestPasses() throws ServletException, IOException {
		this.service.refusal = null;
		assertThat(passes((request) -> {
		})).isTrue();
		assertThat(this.service.asked).hasSize(1);
	}

	@Test
	void whatIsNoRequestToAnEndpointPasses() throws ServletException, IOException {
		assertThat(passes((request) -> request.setMethod("GET"))).isTrue();
		assertThat(passes((request) -> request.setRequestURI("/sum/other"))).isTrue();
		assertThat(passes((request) -> request.setRequestURI("/"))).isTrue();
		assertThat(this.service.asked).isEmpty();
	}

	@Test
	void whenPageOfAnotherOriginAsksThenSpringAnswers() throws ServletException, IOException {
		assertThat(passes((request) -> request.addHeader("Origin", "https://example.org"))).isTrue();
		assertThat(this.service.asked).isEmpty();
	}

	@Test
	void whenApplicationHasContextAndServletPathsThenEndpointIsFoundBelowThem() throws ServletException, IOException {
		MockHttpServletResponse response = new MockHttpServletResponse();
		assertThat(passes(response, "/api", (request) -> {
			request.setContextPath("/shop");
			request.setRequestURI("/shop/api/sum");
		})).isFalse();
		assertThat(response.getContentAsString()).contains("\"instance\":\"/sum\"");
		assertThat(passes(new MockHttpServletResponse(), "/api", (request) -> {
		})).isTrue();
	}

	@Test
	void whenLargeRequestHasTimeoutThatMakesNoSenseThenEndpointSaysSo() throws ServletException, IOException {
		this.service.refusal = null;
		assertThat(passes((request) -> {
			request.setContent(new byte[(int) RequestLimits.LARGE.toBytes()]);
			request.addHeader(RequestTimeout.HEADER, "soon");
		})).isTrue();
	}

	@Test
	void requestIsJudgedOnce() {
		this.service.refusal = null;
		EndpointRoutes routes = routes();
		MockMvcTester mvc = MockMvcTester.create(MockMvcBuilders.routerFunctions(routes.toRouterFunction())
			.addFilters(EndpointRoutes.overloadFilter(() -> routes, "", new JsonMapper()))
			.build());
		assertThat(mvc.post().uri("/sum").contentType("application/json").content("{\"values\": [1, 2]}"))
			.hasStatusOk();
		assertThat(this.service.asked).hasSize(1);
	}

	@Test
	void whenThereIsNoFilterThenEndpointJudges() {
		MockMvcTester mvc = Endpoints.mvc(this.service, SumEndpoint.class);
		assertThat(mvc.post().uri("/sum").contentType("application/json").content("{\"values\": [1, 2]}"))
			.hasStatus(429);
		assertThat(this.service.asked).hasSize(1);
	}

	/** Refuses all calls before they are read, unless told otherwise. */
	private static final class OverloadedService implements InferenceService {

		private final FakeInferenceService service = FakeInferenceService.computing(SumEndpoint::add);

		private final List<String> asked = new ArrayList<>();

		private @Nullable Overloaded refusal = new Overloaded("8 rows wait", Duration.ofMillis(1001));

		@Override
		public CompletableFuture<InferenceResult> infer(InferenceRequest request) {
			return this.service.infer(request);
		}

		@Override
		public Optional<Overloaded> refusal(String model, @Nullable Long version, int priority, long arrival) {
			this.asked.add(model);
			return Optional.ofNullable(this.refusal);
		}

	}

}
