package io.modelserving.messaging;

import java.util.Map;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.validation.Validator;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.messaging.Message;
import org.springframework.util.backoff.ExponentialBackOff;
import org.springframework.util.function.SingletonSupplier;

import io.modelserving.autoconfigure.endpoint.ModelEndpointAutoConfiguration;
import io.modelserving.autoconfigure.pipeline.PipelineAutoConfiguration;
import io.modelserving.endpoint.BeanValidation;
import io.modelserving.endpoint.EndpointInvoker;
import io.modelserving.endpoint.RequestValidation;
import io.modelserving.image.PictureDecoder;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;

/**
 * Auto-configuration for functions that reply to messages.
 */
@AutoConfiguration(after = { ModelEndpointAutoConfiguration.class, PipelineAutoConfiguration.class },
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
		beforeName = "org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration")
@ConditionalOnClass({ Message.class, JsonMapper.class })
@ConditionalOnBean({ InferenceService.class, ModelRegistry.class })
@EnableConfigurationProperties(FunctionProperties.class)
public final class MessagingAutoConfiguration {

	@Bean
	static MessageFunctionRegistrar messageFunctionRegistrar(ConfigurableEnvironment environment) {
		return new MessageFunctionRegistrar(environment);
	}

	@Bean
	MessageFunctions messageFunctions(FunctionProperties properties, ConfigurableListableBeanFactory beans,
			InferenceService service, ModelRegistry registry, ObjectProvider<RequestValidation> validation,
			ObjectProvider<PictureDecoder> decoder, ObjectProvider<JsonMapper> mapper,
			ConfigurableEnvironment environment, ObjectProvider<ListenerFactory> listeners) {
		return new MessageFunctions(properties,
				SingletonSupplier.of(() -> EndpointInvoker.find(beans, service,
						validation.getIfAvailable(() -> RequestValidation.NONE),
						decoder.getIfAvailable(() -> PictureDecoder.fastest(PictureDecoder.DEFAULT_MAX_PIXELS)))),
				new ModelReplies.Factory(service, registry), beans, environment,
				mapper.getIfAvailable(() -> JsonMapper.builder().build()),
				listeners.getIfAvailable(() -> (function) -> MessageListener.NONE)::of);
	}

	/**
	 * Makes the listener of a function. No {@code Function}, as Spring Cloud Stream would
	 * take it for one to bind.
	 */
	interface ListenerFactory {

		MessageListener of(String function);

	}

	/** Constraints of requests, where no web server asks for them. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Validator.class)
	static class ValidationConfiguration {

		@Bean
		@ConditionalOnMissingBean
		RequestValidation messageValidation(ObjectProvider<Validator> validators) {
			Validator validator = validators.getIfAvailable();
			return (validator != null) ? new BeanValidation(validator) : RequestValidation.NONE;
		}

	}

	/** Meters. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	@ConditionalOnBean(MeterRegistry.class)
	static class MetricsConfiguration {

		@Bean
		ListenerFactory messageMeters(MeterRegistry registry) {
			return (function) -> new MessageMeters(function, registry);
		}

	}

	/** What Spring for Apache Kafka does with a poll that has no reply. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(CommonErrorHandler.class)
	static class KafkaConfiguration {

		static final String ERROR_HANDLER = "messageFunctionErrorHandler";

		private static final long FIRST_MILLIS = 500;

		private static final long LONGEST_MILLIS = 10_000;

		/**
		 * Delivers a poll again until it has its replies, with the consumer paused and
		 * kept in its group. Listeners of the application get it if they name it.
		 */
		@Bean(name = ERROR_HANDLER, defaultCandidate = false)
		CommonErrorHandler messageFunctionErrorHandler() {
			ExponentialBackOff backOff = new ExponentialBackOff(FIRST_MILLIS, 2);
			backOff.setMaxInterval(LONGEST_MILLIS);
			DefaultErrorHandler handler = new DefaultErrorHandler(backOff);
			// nothing is given up, whatever the cause
			handler.setClassifications(Map.of(), true);
			return handler;
		}

	}

}
