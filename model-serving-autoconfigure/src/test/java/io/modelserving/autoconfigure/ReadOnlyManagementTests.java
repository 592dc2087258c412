package io.modelserving.autoconfigure;

import java.lang.management.ManagementFactory;

import javax.management.MBeanOperationInfo;
import javax.management.ObjectName;

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
 * Tests that models are only shown, unless the application sets
 * {@code management.endpoint.models.access}.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "management.endpoints.web.exposure.include=models", "spring.jmx.enabled=true",
				"management.endpoints.jmx.exposure.include=models",
				"spring.jmx.default-domain=io.modelserving.readonly" })
class ReadOnlyManagementTests {

	@LocalServerPort
	private int port;

	@Test
	void whenAccessIsNotConfiguredThenModelsAreShown() {
		assertThat(status(HttpMethod.GET, "/echo")).isEqualTo(200);
	}

	@ParameterizedTest
	@CsvSource({ "POST,/echo/disable", "POST,/echo/traffic?defaultVersion=1", "POST,/echo/tune", "DELETE,/echo/tune",
			"DELETE,/echo/1", "DELETE,/echo" })
	void whenAccessIsNotConfiguredThenNothingIsChanged(String method, String path) {
		assertThat(status(HttpMethod.valueOf(method), path)).isEqualTo(405);
		assertThat(status(HttpMethod.GET, "/echo/1")).isEqualTo(200);
	}

	@Test
	void whenAccessIsNotConfiguredThenNothingIsChangedOverJmx() throws Exception {
		ObjectName name = new ObjectName("io.modelserving.readonly:type=Endpoint,name=Models");
		assertThat(ManagementFactory.getPlatformMBeanServer().getMBeanInfo(name).getOperations())
			.extracting(MBeanOperationInfo::getName)
			.contains("models", "tuning")
			.doesNotContain("unload", "load", "scale", "route", "tune", "disable");
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
