package io.modelserving.autoconfigure.cache;

import com.github.benmanes.caffeine.cache.Caffeine;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.cache.CacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.modelserving.autoconfigure.ModelServingAutoConfiguration;
import io.modelserving.cache.CaffeineResultStores;
import io.modelserving.cache.ChosenResultStores;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.cache.ResultStores;

/**
 * Auto-configuration for keeping the results of models: by Caffeine where that is on the
 * class path, and in the caches of a {@link CacheManager}.
 */
@AutoConfiguration(after = ModelServingAutoConfiguration.class)
@ConditionalOnBean(ModelRegistry.class)
public final class ResponseCacheAutoConfiguration {

	/**
	 * Memory of this process is the default.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Caffeine.class)
	@ConditionalOnMissingBean(ResultStores.class)
	static class CaffeineConfiguration {

		@Bean
		ChosenResultStores resultStores(ObjectProvider<CacheManager> managers) {
			return new ChosenResultStores(new CaffeineResultStores(), managers::getIfUnique);
		}

	}

	/**
	 * There are only the caches of the application.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass("com.github.benmanes.caffeine.cache.Caffeine")
	@ConditionalOnMissingBean(ResultStores.class)
	static class ManagedConfiguration {

		@Bean
		ChosenResultStores resultStores(ObjectProvider<CacheManager> managers) {
			return new ChosenResultStores(null, managers::getIfUnique);
		}

	}

}
