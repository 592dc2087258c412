package io.modelserving.autoconfigure.web;

import io.modelserving.autoconfigure.ModelServingAutoConfiguration;
import io.modelserving.serving.ModelRegistry;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for the error that an application on Spring WebFlux gets.
 */
@AutoConfiguration(after = ModelServingAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnBean(ModelRegistry.class)
public final class ReactiveStackAutoConfiguration {

	@Bean
	@Lazy(false)
	ReactiveStackCheck modelReactiveStackCheck(ListableBeanFactory beans, Environment environment) {
		return new ReactiveStackCheck(beans, environment);
	}

}
