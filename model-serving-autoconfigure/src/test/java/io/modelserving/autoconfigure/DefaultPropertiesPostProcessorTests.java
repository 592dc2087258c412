package io.modelserving.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DefaultPropertiesPostProcessor}.
 */
class DefaultPropertiesPostProcessorTests {

	@ParameterizedTest
	@CsvSource({ "some.property, true, true", "springdoc.cache.disabled, false, false", "model-serving.enabled, false,",
			"model-serving.open-inference.enabled, false, true", "model-serving.endpoints.enabled, false, true" })
	void openApiDocumentIsKeptOnlyIfModelsAreNotInItOrTheApplicationWantsIt(String property, String value,
			String cacheDisabled) {
		MockEnvironment environment = new MockEnvironment().withProperty(property, value);
		new DefaultPropertiesPostProcessor().postProcessEnvironment(environment, new SpringApplication());
		assertThat(environment.getProperty("springdoc.cache.disabled")).isEqualTo(cacheDisabled);
	}

	@Test
	void openApiDocumentIsKeptIfNothingInItChanges() {
		MockEnvironment environment = new MockEnvironment()
			.withProperty("model-serving.open-inference.enabled", "false")
			.withProperty("model-serving.endpoints.enabled", "false");
		new DefaultPropertiesPostProcessor().postProcessEnvironment(environment, new SpringApplication());
		assertThat(environment.containsProperty("springdoc.cache.disabled")).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "server.address, 127.0.0.1, 127.0.0.1", "some.property, true,",
			"spring.grpc.server.address, 127.0.0.2, 127.0.0.2" })
	void grpcServerBindsWhereTheWebServerDoes(String property, String value, String address) {
		MockEnvironment environment = new MockEnvironment().withProperty(property, value);
		new DefaultPropertiesPostProcessor().postProcessEnvironment(environment, new SpringApplication());
		assertThat(environment.getProperty("spring.grpc.server.address")).isEqualTo(address);
	}

	@Test
	void whenGrpcServerHasAnAddressOfItsOwnThenItBindsThere() {
		MockEnvironment environment = new MockEnvironment().withProperty("server.address", "127.0.0.1")
			.withProperty("spring.grpc.server.address", "::1");
		new DefaultPropertiesPostProcessor().postProcessEnvironment(environment, new SpringApplication());
		assertThat(environment.getProperty("spring.grpc.server.address")).isEqualTo("::1");
	}

}
