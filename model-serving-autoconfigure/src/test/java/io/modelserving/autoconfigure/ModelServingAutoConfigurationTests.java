package io.modelserving.autoconfigure;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ModelServingAutoConfiguration}.
 */
class ModelServingAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ModelServingAutoConfiguration.class, LifecycleAutoConfiguration.class,
				TaskExecutionAutoConfiguration.class));

	@Test
	void whenNothingIsConfiguredThenServesNoModel() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(ModelServer.class).hasSingleBean(InferenceService.class);
			assertThat(context.getBean(ModelRegistry.class).models()).isEmpty();
		});
	}

	@Test
	void whenSwitchedOffThenBacksOff() {
		this.runner.withPropertyValues("model-serving.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(ModelServer.class));
	}

	@Test
	void whenUserHasOwnServiceThenBacksOff() {
		InferenceService own = mock(InferenceService.class);
		this.runner.withBean(InferenceService.class, () -> own)
			.run((context) -> assertThat(context.getBean(InferenceService.class)).isSameAs(own));
	}

	@Test
	void whenNothingOptionalIsOnTheClassPathThenStarts() {
		this.runner
			.withClassLoader(new FilteredClassLoader("ai.onnxruntime", "io.micrometer.core", "tools.jackson",
					"jakarta.servlet", "jakarta.validation", "org.springframework.boot.actuate",
					"org.springframework.boot.health", "org.springframework.boot.webmvc", "org.springframework.web",
					"org.springdoc", "io.swagger"))
			.run((context) -> assertThat(context).hasSingleBean(ModelServer.class)
				.doesNotHaveBean(ModelLoaderFactory.class));
	}

}
