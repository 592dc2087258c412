package io.modelserving.cache;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelState;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelAdministration;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.cache.CacheOutcome;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests results in a real Redis, which two applications share. Skipped where no
 * {@code redis-server} is installed.
 */
@EnabledIf("io.modelserving.cache.RedisServer#isInstalled")
class RedisResultStoresTests {

	private static final ModelKey KEY = new ModelKey("m", 1);

	@Test
	void applicationsShareResultsOfTheSameModelAndGoOnWithoutRedis(@TempDir Path directory) throws Exception {
		try (RedisServer redis = RedisServer.start(directory)) {
			String location = "classpath:models/identity_float.onnx";
			try (ConfigurableApplicationContext one = start(redis, location);
					ConfigurableApplicationContext same = start(redis, location);
					ConfigurableApplicationContext other = start(redis, "file:" + changed(directory))) {
				InferenceResult first = infer(one, 3);
				assertThat(first.cache()).isEqualTo(CacheOutcome.MISS);
				assertThat(awaitHit(one, 3).outputs().numeric("y").toFloats()).containsExactly(3);
				InferenceResult shared = infer(same, 3);
				assertThat(shared.cache()).as("another process").isEqualTo(CacheOutcome.HIT);
				assertThat(shared.outputs().numeric("y").toFloats()).containsExactly(3);
				assertThat(infer(other, 3).cache()).as("another model of that name").isEqualTo(CacheOutcome.MISS);
				one.getBean(ModelAdministration.class).clearCache(KEY);
				assertThat(infer(same, 3).cache()).as("cleared for all").isEqualTo(CacheOutcome.MISS);
				redis.close();
				InferenceResult without = infer(same, 4);
				assertThat(without.outputs().numeric("y").toFloats()).containsExactly(4);
				assertThat(same.getBean(ModelRegistry.class).find(KEY).orElseThrow().cache().failures()).isPositive();
			}
		}
	}

	/** The same model of another content: a description is appended. */
	private static Path changed(Path directory) throws IOException {
		try (InputStream model = RedisResultStoresTests.class.getResourceAsStream("/models/identity_float.onnx")) {
			Path file = directory.resolve("changed.onnx");
			Files.write(file, model.readAllBytes());
			return Files.write(file, new byte[] { 0x32, 1, 'x' }, StandardOpenOption.APPEND);
		}
	}

	/** What is put arrives a moment after the caller has its result. */
	private static InferenceResult awaitHit(ConfigurableApplicationContext context, float value) throws Exception {
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
		while (!isStored(context)) {
			assertThat(System.nanoTime()).isLessThan(end);
			Thread.onSpinWait();
		}
		InferenceResult result = infer(context, value);
		assertThat(result.cache()).isEqualTo(CacheOutcome.HIT);
		return result;
	}

	private static boolean isStored(ConfigurableApplicationContext context) {
		return !context.getBean(LettuceConnectionFactory.class)
			.getConnection()
			.keyCommands()
			.keys("results::*".getBytes(StandardCharsets.UTF_8))
			.isEmpty();
	}

	private static ConfigurableApplicationContext start(RedisServer redis, String location) throws Exception {
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setDefaultProperties(Map.of("redis.port", redis.port(), "model-serving.models.m.location", location,
				"model-serving.models.m.cache.enabled", "true", "model-serving.models.m.cache.name", "results",
				"spring.main.banner-mode", "off", "spring.grpc.server.enabled", "false"));
		ConfigurableApplicationContext context = application.run();
		assertThat(context.getBean(ModelAdministration.class).reload(KEY).get(1, TimeUnit.MINUTES).state())
			.isEqualTo(ModelState.READY);
		return context;
	}

	private static InferenceResult infer(ConfigurableApplicationContext context, float value) throws Exception {
		return context.getBean(InferenceService.class)
			.infer(InferenceRequest.of("m", NamedTensors.of("x", Tensor.of(Shape.of(1, 1), value))))
			.get(1, TimeUnit.MINUTES);
	}

	/**
	 * An application whose caches are in Redis, with the settings that it comes with.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		LettuceConnectionFactory connections(Environment environment) {
			return new LettuceConnectionFactory(
					new RedisStandaloneConfiguration("127.0.0.1",
							environment.getRequiredProperty("redis.port", Integer.class)),
					LettuceClientConfiguration.builder().commandTimeout(Duration.ofSeconds(5)).build());
		}

		@Bean
		RedisCacheManager cacheManager(LettuceConnectionFactory connections) {
			return RedisCacheManager.builder(connections)
				.cacheDefaults(RedisCacheConfiguration.defaultCacheConfig())
				.build();
		}

	}

}
