package io.modelserving.cache;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.connection.RedisConnectionFactory;

import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.cache.CacheUse;
import io.modelserving.tensor.NamedTensors;

/**
 * The code of {@code docs/caching.md}.
 */
@Configuration(proxyBeanMethods = false)
class CachedFlowers {

	private final InferenceService models;

	CachedFlowers(InferenceService models) {
		this.models = models;
	}

	CompletableFuture<InferenceResult> ask(NamedTensors flower) {
		return this.models.infer(InferenceRequest.builder("iris", flower).cache(CacheUse.REFRESH).build());
	}

	@Bean
	RedisCacheManager cacheManager(RedisConnectionFactory connections) {
		return RedisCacheManager.builder(connections)
			.cacheDefaults(RedisCacheConfiguration.defaultCacheConfig().entryTtl(Duration.ofHours(1)))
			.build();
	}

}
