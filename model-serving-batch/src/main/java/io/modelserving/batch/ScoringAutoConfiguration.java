package io.modelserving.batch;

import java.util.function.Supplier;

import javax.sql.DataSource;

import jakarta.validation.Validator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

import io.modelserving.autoconfigure.OneShot;
import io.modelserving.autoconfigure.endpoint.ModelEndpointAutoConfiguration;
import io.modelserving.autoconfigure.pipeline.PipelineAutoConfiguration;
import io.modelserving.endpoint.BeanValidation;
import io.modelserving.endpoint.EndpointInvoker;
import io.modelserving.endpoint.RequestValidation;
import io.modelserving.image.PictureDecoder;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;

/**
 * Auto-configuration for scoring in jobs of Spring Batch.
 */
@AutoConfiguration(after = { ModelEndpointAutoConfiguration.class, PipelineAutoConfiguration.class },
		afterName = { "org.springframework.boot.batch.autoconfigure.BatchAutoConfiguration",
				"org.springframework.boot.batch.jdbc.autoconfigure.BatchJdbcAutoConfiguration" })
@ConditionalOnClass({ JobOperator.class, JdbcTransactionManager.class })
@ConditionalOnBean({ InferenceService.class, ModelRegistry.class })
@EnableConfigurationProperties({ ScoringSettings.class, LifecycleProperties.class })
public final class ScoringAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	Scorers scorers(ConfigurableListableBeanFactory beans, InferenceService service, ModelRegistry registry,
			ObjectProvider<RequestValidation> validation, ObjectProvider<PictureDecoder> decoder) {
		return new Scorers(
				() -> EndpointInvoker.find(beans, service, validation.getIfAvailable(() -> RequestValidation.NONE),
						decoder.getIfAvailable(() -> PictureDecoder.fastest(PictureDecoder.DEFAULT_MAX_PIXELS))),
				service, registry);
	}

	@Bean
	@ConditionalOnMissingBean
	ScoringJob scoringJob(Scorers scorers, ModelRegistry registry, ConfigurableListableBeanFactory beans,
			ObjectProvider<JsonMapper> mapper, ObjectProvider<JobRepository> repository,
			ObjectProvider<PlatformTransactionManager> transactions, ObjectProvider<DataSource> database) {
		ScoringPlans plans = new ScoringPlans(scorers, registry, beans,
				mapper.getIfAvailable(() -> JsonMapper.builder().build()));
		Supplier<@Nullable JobRepository> unique = repository::getIfUnique;
		Supplier<@Nullable PlatformTransactionManager> only = transactions::getIfUnique;
		Supplier<@Nullable DataSource> source = database::getIfUnique;
		return new ScoringJob(plans, registry, new JobStores(unique, only, source),
				(plan, progress) -> ProgressReport.start(plan, progress, Terminal.ofProcess()));
	}

	@Bean
	ScoringLifecycle scoringLifecycle(ScoringJob job, ConfigurableApplicationContext context,
			LifecycleProperties lifecycle) {
		return new ScoringLifecycle(job, context, lifecycle.getTimeoutPerShutdownPhase());
	}

	@Bean
	@ConditionalOnProperty(ScoringPostProcessor.INPUT)
	@ConditionalOnBooleanProperty(name = ScoringPostProcessor.RUN_AT_STARTUP, matchIfMissing = true)
	ScoringRunner scoringRunner(ConfigurableApplicationContext context, ScoringJob job, ScoringSettings settings) {
		return new ScoringRunner(context, job, settings, OneShot.exit(context.getEnvironment()));
	}

	/**
	 * Constraints of requests, where no web server asks for them.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Validator.class)
	static class ValidationConfiguration {

		@Bean
		@ConditionalOnMissingBean
		RequestValidation scoringValidation(ObjectProvider<Validator> validators) {
			Validator validator = validators.getIfAvailable();
			return (validator != null) ? new BeanValidation(validator) : RequestValidation.NONE;
		}

	}

	/**
	 * What is seen from outside.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
	static class EndpointConfiguration {

		@Bean
		@ConditionalOnAvailableEndpoint
		@ConditionalOnMissingBean
		ScoringEndpoint scoringEndpoint(ScoringJob job) {
			return new ScoringEndpoint(job);
		}

	}

}
