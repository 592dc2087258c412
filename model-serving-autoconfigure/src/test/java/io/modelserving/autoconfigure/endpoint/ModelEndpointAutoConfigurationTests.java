package io.modelserving.autoconfigure.endpoint;

import java.util.List;

import io.modelserving.autoconfigure.OwnAutoConfigurations;
import io.modelserving.autoconfigure.ModelServingAutoConfiguration;
import io.modelserving.autoconfigure.StubModels;
import io.swagger.v3.oas.models.OpenAPI;
import jakarta.validation.Validator;
import org.apache.catalina.connector.Connector;
import org.junit.jupiter.api.Test;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.modelserving.endpoint.InvalidModelEndpointException;
import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelEndpoints;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.endpoint.RequestValidation;
import io.modelserving.endpoint.openapi.EndpointApi;
import io.modelserving.image.Picture;
import io.modelserving.image.PictureDecoder;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.tensor.NamedTensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.spy;

/**
 * Tests for {@link ModelEndpointAutoConfiguration}.
 */
class ModelEndpointAutoConfigurationTests {

	private static final AutoConfigurations AUTO_CONFIGURATIONS = OwnAutoConfigurations.and(
			JacksonAutoConfiguration.class, HttpMessageConvertersAutoConfiguration.class,
			ValidationAutoConfiguration.class, DispatcherServletAutoConfiguration.class, WebMvcAutoConfiguration.class);

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AUTO_CONFIGURATIONS)
		.withUserConfiguration(EchoConfiguration.class);

	@Test
	void whenApplicationIsServletWebThenEndpointsAreRouted() {
		this.runner.withBean(EchoEndpoint.class).run((context) -> {
			assertThat(context).hasSingleBean(ModelEndpoints.class).hasBean("modelEndpointRoutes");
			assertThat(context.getBean(ModelEndpoints.class).describe(List.of())).singleElement()
				.satisfies((endpoint) -> assertThat(endpoint.path()).isEqualTo("/echo"));
		});
	}

	@Test
	void whenThereAreNoEndpointsThenApplicationStarts() {
		this.runner.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void whenPathHasPlaceholderThenItIsResolved() {
		this.runner.withBean(PlaceholderEndpoint.class)
			.withPropertyValues("my.path=/resolved", "my.model=echo")
			.run((context) -> assertThat(context.getBean(ModelEndpoints.class).describe(List.of()).get(0).path())
				.isEqualTo("/resolved"));
	}

	@Test
	void whenDisabledThenThereAreNone() {
		this.runner.withPropertyValues("model-serving.endpoints.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(ModelEndpoints.class));
	}

	@Test
	void whenReadBufferSizeIsSetThenTomcatGetsIt() {
		this.runner.withPropertyValues("model-serving.endpoints.read-buffer-size=64KB").run((context) -> {
			TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory();
			context.getBean(EndpointTomcatConfiguration.class)
				.endpointReadBufferCustomizer(context.getBean(EndpointProperties.class))
				.customize(factory);
			Connector connector = spy(new Connector());
			factory.getConnectorCustomizers().forEach((customizer) -> customizer.customize(connector));
			then(connector).should().setProperty("socket.appReadBufSize", "65536");
			assertThat(new Connector().setProperty("socket.appReadBufSize", "65536")).isTrue();
		});
	}

	@Test
	void whenReadBufferSizeIsNotSetThenTomcatKeepsItsOwn() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean("endpointReadBufferCustomizer"));
	}

	@Test
	void whenReadBufferSizeIsTooSmallThenStartFails() {
		this.runner.withPropertyValues("model-serving.endpoints.read-buffer-size=10B")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessage("Property model-serving.endpoints.read-buffer-size with value '10B' is invalid:"
						+ " it must be between 1 KB and 16 MB"));
	}

	@Test
	void whenApplicationIsNotWebThenThereAreNone() {
		new ApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.withUserConfiguration(EchoConfiguration.class)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ModelEndpoints.class));
	}

	@Test
	void whenThereIsNoValidationThenEndpointsWorkWithoutConstraints() {
		this.runner.withClassLoader(new FilteredClassLoader(Validator.class.getPackageName()))
			.withBean(EchoEndpoint.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ModelEndpoints.class)
				.doesNotHaveBean(RequestValidation.class));
	}

	@Test
	void whenThereAreTwoValidatorsThenOneIsUsed() {
		Validator first = mock(Validator.class);
		Validator second = mock(Validator.class);
		this.runner.withBean("first", Validator.class, () -> first)
			.withBean("second", Validator.class, () -> second)
			.withBean(EchoEndpoint.class)
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(RequestValidation.class);
				context.getBean(RequestValidation.class).validate(new Object());
				then(first).should().validate(any(Object.class));
			});
	}

	@Test
	void whenOneOfTwoValidatorsIsPrimaryThenItIsUsed() {
		Validator first = mock(Validator.class);
		Validator second = mock(Validator.class);
		this.runner.withBean("first", Validator.class, () -> first)
			.withBean("second", Validator.class, () -> second, (definition) -> definition.setPrimary(true))
			.run((context) -> {
				context.getBean(RequestValidation.class).validate(new Object());
				then(second).should().validate(any(Object.class));
			});
	}

	@Test
	void whenOneOfTwoValidatorsIsSpringBootsThenItIsUsed() {
		Validator first = mock(Validator.class);
		Validator second = mock(Validator.class);
		this.runner.withBean("first", Validator.class, () -> first)
			.withBean("defaultValidator", Validator.class, () -> second)
			.run((context) -> {
				context.getBean(RequestValidation.class).validate(new Object());
				then(second).should().validate(any(Object.class));
			});
	}

	@Test
	void whenThereIsNoSpringdocThenEndpointsWorkWithoutDocumentation() {
		this.runner
			.withClassLoader(new FilteredClassLoader(GlobalOpenApiCustomizer.class.getPackageName(),
					OpenAPI.class.getPackageName()))
			.withBean(EchoEndpoint.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ModelEndpoints.class)
				.doesNotHaveBean("modelEndpointApi"));
		this.runner.run((context) -> assertThat(context).hasSingleBean(EndpointApi.class));
	}

	@Test
	void whenUserBringsDecoderThenItIsUsed() {
		PictureDecoder decoder = mock(PictureDecoder.class);
		this.runner.withBean(PictureDecoder.class, () -> decoder)
			.run((context) -> assertThat(context).getBean(PictureDecoder.class).isSameAs(decoder));
	}

	@Test
	void whenEndpointIsWrongThenStartupFailsWithWhatWouldMendIt() {
		this.runner.withBean(LostEndpoint.class).run((context) -> {
			assertThat(context).getFailure().rootCause().isInstanceOf(InvalidModelEndpointException.class);
			FailureAnalysis analysis = new InvalidModelEndpointFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("is for the model \"ecco\"")
				.contains("there are the models [echo]");
			assertThat(analysis.getAction())
				.isEqualTo("Name the model \"echo\", or configure model-serving.models.ecco.location");
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class EchoConfiguration {

		@Bean
		ModelDefinition echo() {
			return StubModels.ready("echo");
		}

	}

	private abstract static class Echo implements ModelHandler<Picture, Integer> {

		@Override
		public NamedTensors encode(Picture request) {
			return StubModels.row(request.width());
		}

		@Override
		public Integer decode(Picture request, NamedTensors outputs) {
			return (int) outputs.numeric("y").toFloats()[0];
		}

	}

	@ModelEndpoint(path = "/echo", model = "echo")
	static class EchoEndpoint extends Echo {

	}

	@ModelEndpoint(path = "${my.path}", model = "${my.model}")
	static class PlaceholderEndpoint extends Echo {

	}

	@ModelEndpoint(path = "/lost", model = "ecco")
	static class LostEndpoint extends Echo {

	}

}
