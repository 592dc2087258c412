package io.modelserving.autoconfigure;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.client.RestClient;

import io.modelserving.serving.ModelDefinition;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what {@code docs/management.md} shows: everybody may look at models, and
 * operators may change them.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
		"management.endpoints.web.exposure.include=models", "management.endpoint.models.access=unrestricted" })
class SecuredManagementTests {

	@LocalServerPort
	private int port;

	@BeforeEach
	void awaitModel(@Autowired Attempts attempts) {
		attempts.awaitEndOf("echo");
	}

	@Test
	void everybodyMayLook() {
		assertThat(status(HttpMethod.GET, "/echo", null)).isEqualTo(200);
	}

	@ParameterizedTest
	@CsvSource({ "POST,/echo/disable", "POST,/echo/unload", "POST,/echo/traffic?defaultVersion=1", "DELETE,/echo/1",
			"DELETE,/echo" })
	void othersThanOperatorsMayChangeNothing(String method, String path) {
		assertThat(status(HttpMethod.valueOf(method), path, null)).isEqualTo(401);
		assertThat(status(HttpMethod.valueOf(method), path, "caller")).isEqualTo(403);
		assertThat(status(HttpMethod.GET, "/echo/1", null)).isEqualTo(200);
	}

	@Test
	void operatorsMayChangeWhatThereIs() {
		assertThat(status(HttpMethod.POST, "/echo/disable", "operator")).isEqualTo(200);
		assertThat(status(HttpMethod.POST, "/echo/enable", "operator")).isEqualTo(200);
	}

	/** What browsers send without asking has no JSON. */
	@ParameterizedTest
	@CsvSource({ "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x" })
	void formsAreNotTaken(String type) {
		assertThat(status(HttpMethod.POST, "/echo/disable", "operator", type)).isEqualTo(415);
	}

	private int status(HttpMethod method, String path, String user) {
		return status(method, path, user, "application/json");
	}

	private int status(HttpMethod method, String path, String user, String type) {
		return RestClient.create("http://localhost:" + this.port + "/actuator/models")
			.method(method)
			.uri(path)
			.headers((headers) -> {
				if (user != null) {
					headers.setBasicAuth(user, "secret");
				}
				if (method == HttpMethod.POST) {
					headers.setContentType(MediaType.parseMediaType(type));
				}
			})
			.retrieve()
			.onStatus((status) -> true, (request, response) -> {
			})
			.toBodilessEntity()
			.getStatusCode()
			.value();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableWebSecurity
	static class Application {

		@Bean
		ModelDefinition echo() {
			return StubModels.ready("echo");
		}

		@Bean
		Attempts attempts() {
			return new Attempts();
		}

		@Bean
		SecurityFilterChain modelOperators(HttpSecurity http) {
			return http.securityMatcher("/actuator/models/**")
				.authorizeHttpRequests((requests) -> requests.requestMatchers(HttpMethod.GET)
					.permitAll()
					.anyRequest()
					.hasRole("OPERATOR"))
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.disable())
				.build();
		}

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(
					User.withUsername("operator").password("{noop}secret").roles("OPERATOR").build(),
					User.withUsername("caller").password("{noop}secret").roles("CALLER").build());
		}

	}

}
