package io.modelserving.messaging;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.mock.env.MockEnvironment;

import io.modelserving.autoconfigure.ModelServingAutoConfiguration;
import io.modelserving.autoconfigure.pipeline.PipelineAutoConfiguration;
import io.modelserving.pipeline.Pipeline;
import io.modelserving.pipeline.Stage;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests functions at startup, without a broker.
 */
class FunctionStartTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ModelServingAutoConfiguration.class, PipelineAutoConfiguration.class,
				MessagingAutoConfiguration.class))
		.withUserConfiguration(Raw.class)
		.withBean(AffineApplication.AffineEndpoint.class)
		.withPropertyValues("model-serving.models.affine.location=classpath:models/affine.onnx");

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			endpoint=/afine | there is no such @ModelEndpoint | Did you mean "/affine"?
			endpoint=elsewhere | there is no such @ModelEndpoint | Name one of "/affine"
			model=afine | there is no such model | Did you mean "affine"?
			pipeline=affine | no such bean of type Pipeline | Name one of "untyped"
			pipeline=untyped | types of items and results cannot be determined | Declare the bean with both types
			timeout=3s | does not say which one replies | Set exactly one of model-serving.functions.move.endpoint
			""")
	void whenNothingCanReplyThenStartFailsAndSaysWhatWouldBeRight(String property, String wrong, String right) {
		this.runner.withPropertyValues("model-serving.functions.move." + property).run((context) -> {
			Throwable failure = context.getStartupFailure();
			while (failure != null && !(failure instanceof InvalidMessageFunctionException)) {
				failure = failure.getCause();
			}
			assertThat(failure).isNotNull();
			FailureAnalysis analysis = new InvalidMessageFunctionFailureAnalyzer().analyze(failure);
			assertThat(analysis).isNotNull();
			assertThat(analysis.getDescription()).contains(wrong);
			assertThat(analysis.getAction()).contains(right);
		});
	}

	@Test
	void whenTwoAreNamedThenStartFails() {
		this.runner
			.withPropertyValues("model-serving.functions.move.model=affine",
					"model-serving.functions.move.endpoint=/affine")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("which one replies"));
	}

	@Test
	void whenNameIsThatOfAnotherBeanThenStartFails() {
		this.runner.withPropertyValues("model-serving.functions.untyped.model=affine")
			.run((context) -> assertThat(context).getFailure().hasMessageContaining("name of another bean"));
	}

	@Test
	void whenValuesMakeNoSenseThenStartFails() {
		this.runner
			.withPropertyValues("model-serving.functions.move.model=affine", "model-serving.functions.move.timeout=0s")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("timeout"));
	}

	@Test
	void whenThereIsNoWebServerAndNoKafkaThenFunctionsExist() {
		this.runner.withPropertyValues("model-serving.functions.move.endpoint=/affine")
			.withClassLoader(new FilteredClassLoader(CommonErrorHandler.class))
			.run((context) -> assertThat(context).hasSingleBean(MessageFunction.class)
				.doesNotHaveBean("messageFunctionErrorHandler"));
	}

	@Test
	void whenModelServingIsOffThenThereAreNoFunctions() {
		this.runner.withPropertyValues("model-serving.enabled=false", "model-serving.functions.move.endpoint=/affine")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(MessageFunction.class));
	}

	@Test
	void whenApplicationSetsPropertiesOfBindingsThenTheyStay() {
		MockEnvironment environment = new MockEnvironment()
			.withProperty("model-serving.functions.moveAll.model", "affine")
			.withProperty("spring.cloud.stream.bindings.moveAll-in-0.destination", "points")
			.withProperty("spring.cloud.function.definition", "other;move")
			.withProperty("spring.cloud.stream.kafka.bindings.moveAll-out-0.producer.sync", "false");
		new BindingDefaults().postProcessEnvironment(environment, new SpringApplication());
		assertThat(environment.getProperty("spring.cloud.function.definition")).isEqualTo("other;move");
		assertThat(environment.getProperty("spring.cloud.stream.kafka.bindings.moveAll-out-0.producer.sync"))
			.isEqualTo("false");
		assertThat(Binder.get(environment)
			.bind("spring.cloud.stream.kafka.bindings", Bindable.mapOf(String.class, Object.class))
			.get()
			.get("points-dlt")).isEqualTo(Map.of("producer", Map.of("sync", true)));
		assertThat(environment.getProperty("spring.cloud.stream.bindings.moveAll-in-0.consumer.batch-mode"))
			.isEqualTo("true");
		assertThat(BindingDefaults.isBatch("moveAll", environment)).isTrue();
		environment.setProperty("spring.cloud.stream.bindings.moveAll-in-0.consumer.batch-mode", "false");
		assertThat(BindingDefaults.isBatch("moveAll", environment)).isFalse();
		environment.setProperty("model-serving.functions.moveAll.dead-letters", "lost");
		assertThat(BindingDefaults.deadLetters("moveAll", environment)).isEqualTo("lost");
	}

	@SuppressWarnings("rawtypes")
	static class Raw {

		@Bean
		Pipeline untyped() {
			return Stage.of("untyped", (item) -> item).build();
		}

	}

}
