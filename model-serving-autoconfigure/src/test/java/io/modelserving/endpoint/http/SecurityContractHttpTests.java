package io.modelserving.endpoint.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.BeforeEach;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.micrometer.metrics.test.autoconfigure.AutoConfigureMetrics;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter;
import org.springframework.security.web.context.AbstractSecurityWebApplicationInitializer;
import org.springframework.web.filter.DelegatingFilterProxy;
import org.springframework.web.filter.OncePerRequestFilter;

import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that requests to models are to security what requests to controllers are: the
 * filters know nothing of asynchronous requests, and one caller gets what 64 get.
 */
@SpringBootTest(classes = EndpointTestApplication.class, webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureMetrics
@Import({ WhoEndpoint.class, CountEndpoint.class, SecurityContractHttpTests.Security.class })
class SecurityContractHttpTests {

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
	void whenATokenIsValidThenHandlersSeeWhoseItIs(int callers) {
		assertThat(new Callers(this.port).send(callers, "/who", "{\"value\": 1}", "Authorization", "Bearer anna",
				"X-Trace", "t1", "Accept-Language", "fr"))
			.allSatisfy((response) -> {
				assertThat(response.statusCode()).isEqualTo(200);
				assertThat(response.body()).isEqualTo("[\"anna t1 t1 fr\",\"anna t1 t1 fr\"]");
			});
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 64 })
	void whenATokenIsValidThenStreamsSeeWhoseItIs(int callers) {
		assertThat(new Callers(this.port).send(callers, "/count", "{\"steps\": 1, \"text\": \"who\"}", "Authorization",
				"Bearer anna", "X-Trace", "t1", "Accept-Language", "fr"))
			.allSatisfy((response) -> assertThat(response.body())
				.isEqualTo("data: {\"step\":1,\"text\":\"anna t1 t1 fr\"}\n\nevent: end\ndata: {}\n\n"));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 64 })
	void whenTheProtocolIsCalledWithATokenThenItAnswers(int callers) {
		assertThat(new Callers(this.port).send(callers, "/v2/models/echo/infer", INFER, "Authorization", "Bearer anna"))
			.allSatisfy((response) -> assertThat(response.statusCode()).isEqualTo(200));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 64 })
	void whenAPasswordIsRightThenTheRequestIsAnswered(int callers) {
		String basic = "Basic " + Base64.getEncoder().encodeToString("user:secret".getBytes());
		assertThat(new Callers(this.port).send(callers, "/mean", "{\"values\": [1, 2]}", "Authorization", basic))
			.allSatisfy((response) -> assertThat(response.body()).contains("1.5"));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 64 })
	void whenThereIsNoAuthorityThen403(int callers) {
		assertThat(new Callers(this.port).send(callers, "/mean", "{\"values\": [1, 2]}", "Authorization", "Bearer eve"))
			.allSatisfy((response) -> assertThat(response.statusCode()).isEqualTo(403));
	}

	@Test
	void whenTheModelIsOverloadedThenStrangersGet401AndCallers429AndAllAreCounted(@Autowired MeterRegistry meters)
			throws Exception {
		this.service.rejection = new Overloaded("the queue is full", Duration.ofSeconds(3));
		Callers callers = new Callers(this.port);
		for (String path : List.of("/mean", "/v2/models/echo/infer")) {
			this.service.notMade.clear();
			assertThat(callers.send(path, "{}").statusCode()).isEqualTo(401);
			assertThat(this.service.notMade).as("not counted for a stranger").isEmpty();
			assertThat(callers.send(path, "{}", "Authorization", "Bearer anna").statusCode()).isEqualTo(429);
			assertThat(this.service.notMade).containsExactly(Outcome.OVERLOADED);
			assertThat(callers.sendHead(path)).isEqualTo(401);
			assertThat(this.service.notMade).as("nor for one whose body is not awaited").hasSize(1);
			assertThat(callers.sendHead(path, "Authorization", "Bearer anna")).isEqualTo(429);
			assertThat(this.service.notMade).containsExactly(Outcome.OVERLOADED, Outcome.OVERLOADED);
		}
		for (String path : List.of("/mean", "/v2/models/{model}/infer")) {
			awaitCount(() -> meters.find("http.server.requests").tag("status", "429").tag("uri", path).timer(), 2);
		}
		assertThat(meters.get("http.server.requests").tag("status", "401").timers())
			.anySatisfy((timer) -> assertThat(timer.count()).isPositive());
	}

	/** A response is there a moment before it is counted. */
	private static void awaitCount(Supplier<@Nullable Timer> timer, long count) {
		long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
		while ((timer.get() == null || timer.get().count() < count) && System.nanoTime() - end < 0) {
			Thread.onSpinWait();
		}
		assertThat(timer.get()).isNotNull().extracting(Timer::count).isEqualTo(count);
	}

	/** As docs/web.md shows it. */
	@Configuration(proxyBeanMethods = false)
	@EnableWebSecurity
	static class Security {

		@Bean
		SecurityFilterChain chain(HttpSecurity http) throws Exception {
			return http.csrf((csrf) -> csrf.disable())
				.sessionManagement((session) -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
				.httpBasic(Customizer.withDefaults())
				.addFilterBefore(new TokenFilter(), UsernamePasswordAuthenticationFilter.class)
				.authorizeHttpRequests((requests) -> requests.requestMatchers("/actuator/health/**")
					.permitAll()
					.anyRequest()
					.hasAuthority("infer"))
				.build();
		}

		@Bean
		InMemoryUserDetailsManager users() {
			return new InMemoryUserDetailsManager(
					User.withUsername("user").password("{noop}secret").authorities("infer").build());
		}

		@Bean
		FilterRegistrationBean<DelegatingFilterProxy> securityFilter() {
			FilterRegistrationBean<DelegatingFilterProxy> registration = new FilterRegistrationBean<>(
					new DelegatingFilterProxy(AbstractSecurityWebApplicationInitializer.DEFAULT_FILTER_NAME));
			registration.setOrder(-100);
			return registration;
		}

	}

	/** The usual filter for JSON Web Tokens, without the tokens. */
	private static final class TokenFilter extends OncePerRequestFilter {

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			String header = request.getHeader("Authorization");
			MDC.put("trace", String.valueOf(request.getHeader("X-Trace")));
			if (header != null && header.startsWith("Bearer ")) {
				String name = header.substring("Bearer ".length());
				SecurityContext context = SecurityContextHolder.createEmptyContext();
				context.setAuthentication(UsernamePasswordAuthenticationToken.authenticated(name, null,
						AuthorityUtils.createAuthorityList(name.equals("eve") ? "nothing" : "infer")));
				SecurityContextHolder.setContext(context);
			}
			try {
				chain.doFilter(request, response);
			}
			finally {
				MDC.remove("trace");
			}
		}

	}

}
