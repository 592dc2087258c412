package io.modelserving.autoconfigure;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanCreationNotAllowedException;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.modelserving.serving.ModelDefinition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what a user reads when the application cannot start.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartupFailureTests {

	@Test
	void whenModelIsMissingThenSaysWhereAndWhichProperty(CapturedOutput output) {
		fail("model-serving.models.digits.location=classpath:models/digit.onnx");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("model \"digits\": location \"classpath:models/digit.onnx\" does not exist")
			.contains("change the property model-serving.models.digits.location");
	}

	@Test
	void whenValueIsInvalidThenNamesPropertyValueAndReason(CapturedOutput output) {
		fail("model-serving.models.digits.batching.queue-capacity=0");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("model-serving.models.digits.batching.queue-capacity")
			.contains("it must be at least 1");
	}

	@Test
	void whenNumberIsInvalidThenNamesPropertyValueAndReason(CapturedOutput output) {
		fail("model-serving.defaults.runtime.instances=some");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("model-serving.defaults.runtime.instances")
			.contains("\"some\" is neither \"auto\" nor a number of at least 1");
	}

	@Test
	void whenPropertyOfAModelIsUnknownThenNamesIt(CapturedOutput output) {
		fail("model-serving.models.digits.location=classpath:models/affine.onnx",
				"model-serving.models.digits.batching.maximum-size=8");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("model-serving.models.digits.batching.maximum-size");
	}

	@Test
	void whenTrafficNamesAVersionThatIsNotServedThenNamesPropertyAndVersions(CapturedOutput output) {
		fail("model-serving.models.affine.location=classpath:models/affine.onnx",
				"model-serving.models.affine.traffic.weights.1=95", "model-serving.models.affine.traffic.weights.2=5");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("model-serving.models.affine.traffic.weights.2")
			.contains("version 2 is not served; there is 1. Name one of these, or add it to "
					+ "model-serving.models.affine.versions");
	}

	@Test
	void whenTrafficMakesNoSenseThenNamesPropertyValueAndReason(CapturedOutput output) {
		fail("model-serving.models.affine.traffic.labels.canary=0");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("model-serving.models.affine.traffic.labels.canary")
			.contains("version 0 is not a positive number");
	}

	@Test
	void whenThereAreTwoRuntimesThenNamesBothPlaces() throws MalformedURLException {
		List<URL> locations = List.of(URI.create("file:/onnxruntime.jar").toURL(),
				URI.create("file:/onnxruntime_gpu.jar").toURL());
		assertThatExceptionOfType(FailureAnalyzedException.class).isThrownBy(() -> OnnxRuntimeCheck.check(locations))
			.satisfies((ex) -> assertThat(ex.analysis().getDescription()).contains("file:/onnxruntime.jar")
				.contains("file:/onnxruntime_gpu.jar"));
		OnnxRuntimeCheck.check(locations.subList(0, 1));
	}

	@Test
	void whenRuntimeAbortsTheJvmThenSaysWhatToUse() {
		assertThatExceptionOfType(FailureAnalyzedException.class)
			.isThrownBy(() -> OnnxRuntimeCheck.check("1.29.0", "Linux", Map.of()))
			.satisfies((ex) -> assertThat(ex.analysis().getAction()).contains("1.28.0"));
		OnnxRuntimeCheck.check("1.28.0", "Linux", Map.of());
	}

	@Test
	void whenStartFailsOnceModelsAreReadyThenOnlyTheReasonIsLogged(CapturedOutput output) {
		failWithModels(Late.class);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("the port is taken")
			.contains("Model digits:1 is ready")
			.doesNotContain("a listener failed")
			.doesNotContain("BeanCreationNotAllowedException");
	}

	@Test
	void whenStartFailsBeforeModelsAreLoadedThenOnlyTheReasonIsLogged(CapturedOutput output) {
		failWithModels(Early.class);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("the port is taken")
			.doesNotContain("a listener failed")
			.doesNotContain("BeanCreationNotAllowedException")
			.doesNotContain("UNLOADED");
	}

	@Test
	void whenAListenerFailsSinceTheContextIsClosedThenThatIsExpected() {
		BeanCreationNotAllowedException closing = new BeanCreationNotAllowedException("late", "in destruction");
		assertThat(ModelServerConfiguration.isOfClosingContext(closing)).isTrue();
		assertThat(ModelServerConfiguration
			.isOfClosingContext(new BeanCreationException("other", "cannot be created", closing))).isTrue();
		assertThat(ModelServerConfiguration.isOfClosingContext(new IllegalStateException("a bug"))).isFalse();
	}

	private static void failWithModels(Class<?> reason) {
		SpringApplication application = new SpringApplicationBuilder(WebApplication.class, reason)
			.web(WebApplicationType.SERVLET)
			.properties("server.port=0")
			.build();
		assertThatException().isThrownBy(() -> application.run().close());
	}

	private static FailureAnalyzedException portIsTaken() {
		return new FailureAnalyzedException("the port is taken", "free it");
	}

	private static void fail(String... properties) {
		SpringApplication application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties(properties)
			.build();
		assertThatException().isThrownBy(() -> application.run().close());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class WebApplication {

		@Bean
		Attempts attempts() {
			return new Attempts();
		}

		@Bean
		ModelDefinition digits() {
			return StubModels.ready("digits");
		}

		@Bean
		ModelDefinition iris() {
			return StubModels.ready("iris");
		}

	}

	/** Fails while beans are created. */
	static class Early implements SmartInitializingSingleton {

		@Override
		public void afterSingletonsInstantiated() {
			throw portIsTaken();
		}

	}

	/** Fails when the models have been loaded, as the web server does. */
	static class Late implements SmartLifecycle {

		private final Attempts attempts;

		Late(Attempts attempts) {
			this.attempts = attempts;
		}

		@Override
		public void start() {
			this.attempts.awaitEndOf("digits");
			this.attempts.awaitEndOf("iris");
			throw portIsTaken();
		}

		@Override
		public void stop() {
		}

		@Override
		public boolean isRunning() {
			return false;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(ModelServingAutoConfiguration.class)
	static class Application {

	}

}
