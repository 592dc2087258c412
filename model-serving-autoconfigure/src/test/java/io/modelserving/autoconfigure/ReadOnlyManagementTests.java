package io.modelserving.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.web.client.RestClient;

import io.modelserving.serving.ModelDefinition;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that Spring Boot's switch for write operations counts here too.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
		"management.endpoints.web.exposure.include=models", "management.endpoint.models.access=read-only" })
class ReadOnlyManagementTests {

	@LocalServerPort
	private int port;

	@Test
	void whenAccessIsReadOnlyThenModelsAreShown() {
		assertThat(status(HttpMethod.GET, "/echo")).isEqualTo(200);
	}

	@ParameterizedTest
	@CsvSource({ "POST,/echo/disable", "POST,/echo/traffic?defaultVersion=1", "POST,/echo/tune", "DELETE,/echo/tune",
			"DELETE,/echo/1", "DELETE,/echo" })
	void whenAccessIsReadOnlyThenNothingIsChanged(String method, String path) {
		assertThat(status(HttpMethod.valueOf(method), path)).isIn(404, 405);
		assertThat(status(HttpMethod.GET, "/echo/1")).isEqualTo(200);
	}

	private int status(HttpMethod method, String path) {
		return RestClient.create("http://localhost:" + this.port + "/actuator/models")
			.method(method)
			.uri(path)
			.retrieve()
			.onStatus((status) -> true, (request, response) -> {
			})
			.toBodilessEntity()
			.getStatusCode()
			.value();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		ModelDefinition echo() {
			return StubModels.ready("echo");
		}

	}

}
