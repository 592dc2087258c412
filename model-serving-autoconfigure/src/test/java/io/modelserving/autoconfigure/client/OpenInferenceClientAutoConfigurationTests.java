package io.modelserving.autoconfigure.client;

import io.modelserving.client.OpenInferenceClient;
import io.modelserving.client.OpenInferenceClientException;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.service.HttpServiceClientPropertiesAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.service.HttpServiceClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.client.MockRestServiceServer;
import org.springframework.web.client.support.RestClientHttpServiceGroupConfigurer;
import org.springframework.web.service.registry.ImportHttpServices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.springframework.test.web.client.match.MockRestRequestMatchers.header;
import static org.springframework.test.web.client.match.MockRestRequestMatchers.requestTo;
import static org.springframework.test.web.client.response.MockRestResponseCreators.withStatus;

/**
 * Tests that a group of HTTP services with the client needs nothing but its address.
 */
class OpenInferenceClientAutoConfigurationTests {

	private final ApplicationContextRunner application = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(HttpClientAutoConfiguration.class,
				HttpServiceClientPropertiesAutoConfiguration.class, RestClientAutoConfiguration.class,
				HttpServiceClientAutoConfiguration.class, OpenInferenceClientAutoConfiguration.class))
		.withUserConfiguration(Services.class)
		.withPropertyValues("spring.http.serviceclient.models.base-url=http://models.example");

	@Test
	void whenGroupHasTheClientThenItThrowsTheServersMessage() {
		MockServer server = new MockServer();
		this.application.withBean("mockServer", RestClientHttpServiceGroupConfigurer.class, () -> server)
			.run(context -> {
				server.mock.expect(requestTo("http://models.example/v2/models/digits"))
					.andExpect(header("Accept-Encoding", "identity"))
					.andRespond(withStatus(HttpStatus.NOT_FOUND).body("{\"error\":\"there is no model digits\"}"));
				OpenInferenceClient client = context.getBean(OpenInferenceClient.class);
				assertThatExceptionOfType(OpenInferenceClientException.class).isThrownBy(() -> client.model("digits"))
					.withMessage("404: there is no model digits");
			});
	}

	@Test
	void whenModelsAreOnlyCalledThenTheClientIsThereAllTheSame() {
		this.application.withPropertyValues("model-serving.enabled=false")
			.run(context -> assertThat(context).hasSingleBean(OpenInferenceClient.class));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(group = "models", types = OpenInferenceClient.class)
	static class Services {

	}

	private static final class MockServer implements RestClientHttpServiceGroupConfigurer {

		private MockRestServiceServer mock;

		@Override
		public void configureGroups(Groups<org.springframework.web.client.RestClient.Builder> groups) {
			groups.forEachClient((group, builder) -> this.mock = MockRestServiceServer.bindTo(builder).build());
		}

	}

}
