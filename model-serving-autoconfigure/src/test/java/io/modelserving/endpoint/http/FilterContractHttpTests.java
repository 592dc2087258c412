package io.modelserving.endpoint.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.filter.ShallowEtagHeaderFilter;
import org.springframework.web.servlet.config.annotation.CorsRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.util.ContentCachingResponseWrapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the application's filters, its CORS configuration and its languages are to
 * models what they are to controllers, for one caller as for 64.
 */
@SpringBootTest(classes = EndpointTestApplication.class, webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = "server.servlet.context-path=/shop")
@Import(FilterContractHttpTests.Filters.class)
class FilterContractHttpTests {

	private static final String INFER = """
			{"inputs":[{"name":"x","shape":[1,1],"datatype":"FP32","data":[1]}]}""";

	@Autowired
	private SwitchableService service;

	@LocalServerPort
	private int port;

	@BeforeEach
	void mixResults() {
		this.service.reset();
		this.service.mix();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 64 })
	void whenAFilterCachesResponsesThenTheyHaveTheirBodies(int callers) {
		Callers all = new Callers(this.port);
		assertThat(all.send(callers, "/shop/mean", "{\"values\": [1, 2]}"))
			.allSatisfy((response) -> assertThat(response.body()).isEqualTo("{\"mean\":1.5,\"unit\":null}"));
		assertThat(all.send(callers, "/shop/v2/models/echo/infer", INFER))
			.allSatisfy((response) -> assertThat(response.body()).contains("\"data\":[1.0]"));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 64 })
	void whenAFilterMakesETagsThenResponsesHaveThem(int callers) {
		assertThat(new Callers(this.port).send(callers, "/shop/lengths", "{\"texts\": [\"a\"]}"))
			.allSatisfy((response) -> assertThat(response.body()).isEqualTo("{\"a\":1}"))
			.allSatisfy((response) -> assertThat(response.headers().firstValue("ETag")).isPresent());
	}

	@Test
	void problemsNameTheWholePath() throws Exception {
		assertThat(new Callers(this.port).send("/shop/mean", "{").body()).contains("\"instance\":\"/shop/mean\"");
	}

	@Test
	void whenAPageOfAnAllowedOriginCallsThenItMayReadTheResponse() throws Exception {
		Callers callers = new Callers(this.port);
		assertThat(callers.send("/shop/mean", "{\"values\": [1, 2]}", "Origin", "https://shop.example")
			.headers()
			.firstValue("Access-Control-Allow-Origin")).hasValue("https://shop.example");
		assertThat(callers.send("/shop/mean", "{\"values\": [1, 2]}", "Origin", "https://evil.example").statusCode())
			.isEqualTo(403);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 64 })
	void constraintsAreExplainedInTheLanguageOfTheCaller(int callers) {
		for (String language : List.of("de", "fr")) {
			assertThat(
					new Callers(this.port).send(callers, "/shop/mean", "{\"values\": []}", "Accept-Language", language))
				.allSatisfy(
						(response) -> assertThat(response.body()).contains(language.equals("de") ? "Gr" : "taille"));
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Filters implements WebMvcConfigurer {

		@Override
		public void addCorsMappings(CorsRegistry registry) {
			registry.addMapping("/**").allowedOrigins("https://shop.example");
		}

		@Bean
		FilterRegistrationBean<Filter> cachingFilter() {
			return registration(new CachingFilter(), "/mean", "/v2/*");
		}

		@Bean
		FilterRegistrationBean<Filter> etagFilter() {
			return registration(new EveryEtagFilter(), "/lengths");
		}

		private static FilterRegistrationBean<Filter> registration(Filter filter, String... patterns) {
			FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(filter);
			registration.addUrlPatterns(patterns);
			return registration;
		}

	}

	/** Knows nothing of asynchronous requests. */
	private static final class CachingFilter extends OncePerRequestFilter {

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			ContentCachingResponseWrapper caching = new ContentCachingResponseWrapper(response);
			chain.doFilter(request, caching);
			caching.copyBodyToResponse();
		}

	}

	/** Makes ETags whatever the method is. */
	private static final class EveryEtagFilter extends ShallowEtagHeaderFilter {

		@Override
		protected boolean isEligibleForEtag(HttpServletRequest request, HttpServletResponse response, int status,
				InputStream body) {
			return true;
		}

	}

}
