package io.modelserving.batch;

import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.batch.core.launch.JobOperator;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.modelserving.autoconfigure.ModelServingAutoConfiguration;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests when there are beans for jobs.
 */
class ScoringAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(ModelServingAutoConfiguration.class, ScoringAutoConfiguration.class))
		.withPropertyValues("spring.jmx.enabled=true", "management.endpoints.jmx.exposure.include=scoring");

	@Test
	void byDefaultJobsCanBeRunAndSeen() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(Scorers.class)
				.hasSingleBean(ScoringJob.class)
				.doesNotHaveBean(ScoringRunner.class);
			assertThat(context.getBean(ScoringEndpoint.class).jobs().jobs()).isEmpty();
		});
	}

	@Test
	void whenNothingIsServedThenNothingIsScored() {
		this.runner.withPropertyValues("model-serving.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(Scorers.class).doesNotHaveBean(ScoringJob.class));
	}

	@Test
	void whenSpringBatchIsMissingThenNothingIsScored() {
		this.runner.withClassLoader(new FilteredClassLoader(JobOperator.class))
			.run((context) -> assertThat(context).doesNotHaveBean(Scorers.class)
				.hasSingleBean(ModelRegistry.class)
				.hasNotFailed());
	}

	@Test
	void whenTheActuatorIsMissingThenJobsRunUnseen() {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ScoringJob.class)
				.doesNotHaveBean("scoringEndpoint"));
	}

	@Test
	void theApplicationsScorersAreUsed() {
		this.runner.withUserConfiguration(Own.class)
			.run((context) -> assertThat(context).hasSingleBean(Scorers.class)
				.getBean(Scorers.class)
				.isSameAs(context.getBean("own")));
	}

	@Configuration(proxyBeanMethods = false)
	static class Own {

		@Bean
		Scorers own(InferenceService service, ModelRegistry registry) {
			return new Scorers(List::of, service, registry);
		}

	}

}
