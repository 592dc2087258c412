package io.modelserving.autoconfigure.cache;

import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Caffeine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.CacheManager;
import org.springframework.cache.concurrent.ConcurrentMapCache;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;

import io.modelserving.autoconfigure.OwnAutoConfigurations;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelAdministration;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.serving.cache.CacheOutcome;
import io.modelserving.serving.cache.CacheSnapshot;
import io.modelserving.serving.cache.ResultStores;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ResponseCacheAutoConfiguration}.
 */
class ResponseCacheAutoConfigurationTests {

	private static final ModelKey KEY = new ModelKey("m", 1);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				OwnAutoConfigurations.and(LifecycleAutoConfiguration.class, TaskExecutionAutoConfiguration.class))
		.withPropertyValues("model-serving.models.m.location=classpath:models/identity_float.onnx");

	@Test
	void whenNothingIsSetThenNothingIsKept() {
		this.runner.run((context) -> assertThat(
				load(context.getBean(ModelAdministration.class), context.getBean(ModelRegistry.class)).cache())
			.isNull());
	}

	@ParameterizedTest
	@ValueSource(strings = { "cache=true", "cache.enabled=true", "cache: TRUE" })
	void whenTheCacheIsOnThenCaffeineKeepsResults(String property) {
		this.runner.withPropertyValues("model-serving.models.m." + property.replace(": ", "=")).run((context) -> {
			load(context.getBean(ModelAdministration.class), context.getBean(ModelRegistry.class));
			InferenceService service = context.getBean(InferenceService.class);
			assertThat(infer(service)).isEqualTo(CacheOutcome.MISS);
			assertThat(infer(service)).isEqualTo(CacheOutcome.HIT);
			CacheSnapshot cache = context.getBean(ModelRegistry.class).find(KEY).orElseThrow().cache();
			assertThat(cache.entries()).isEqualTo(1);
			assertThat(cache.hits()).isEqualTo(1);
		});
	}

	@Test
	void defaultsAreForEveryModelAndAModelMaySayOtherwise() {
		this.runner.withPropertyValues("model-serving.defaults.cache=true")
			.run((context) -> assertThat(
					load(context.getBean(ModelAdministration.class), context.getBean(ModelRegistry.class)).cache())
				.isNotNull());
		this.runner.withPropertyValues("model-serving.defaults.cache=true", "model-serving.models.m.cache=false")
			.run((context) -> assertThat(
					load(context.getBean(ModelAdministration.class), context.getBean(ModelRegistry.class)).cache())
				.isNull());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "cache=maybe | neither true nor false", "cache.max-size=0B | it must be at least 1 byte",
					"cache.time-to-live=0s | it must be longer than 0", "'cache.name= ' | it must not be blank",
					"cache.max-sise=1MB | max-sise" })
	void whatMakesNoSenseIsRejected(String property, String message) {
		this.runner.withPropertyValues("model-serving.models.m." + property)
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining(message));
	}

	@Test
	void whenCaffeineIsMissingThenTheCacheManagersCacheIsUsed() {
		this.runner.withClassLoader(new FilteredClassLoader(Caffeine.class))
			.withBean(CacheManager.class, () -> new ConcurrentMapCacheManager("model-serving"))
			.withPropertyValues("model-serving.models.m.cache=true")
			.run((context) -> assertThatItHits(context.getBean(InferenceService.class),
					context.getBean(ModelAdministration.class), context.getBean(ModelRegistry.class),
					context.getBean(CacheManager.class), "model-serving"));
	}

	@Test
	void whenAModelNamesACacheThenThatIsUsed() {
		this.runner.withBean(CacheManager.class, () -> new ConcurrentMapCacheManager("mine"))
			.withPropertyValues("model-serving.models.m.cache.enabled=true", "model-serving.models.m.cache.name=mine")
			.run((context) -> assertThatItHits(context.getBean(InferenceService.class),
					context.getBean(ModelAdministration.class), context.getBean(ModelRegistry.class),
					context.getBean(CacheManager.class), "mine"));
	}

	@Test
	void whenThereIsNoPlaceForResultsThenTheModelFailsWithAHint() {
		this.runner.withClassLoader(new FilteredClassLoader(Caffeine.class))
			.withPropertyValues("model-serving.models.m.cache=true")
			.run((context) -> {
				ModelStatus status = context.getBean(ModelAdministration.class).reload(KEY).get(1, TimeUnit.MINUTES);
				assertThat(status.state()).isEqualTo(ModelState.FAILED);
				assertThat(status.reason()).contains("com.github.ben-manes.caffeine:caffeine");
			});
	}

	@Test
	void whenTheApplicationHasStoresOfItsOwnThenTheyAreUsed() {
		this.runner.withBean(ResultStores.class, () -> ResultStores.NONE)
			.run((context) -> assertThat(context.getBean(ResultStores.class)).isSameAs(ResultStores.NONE));
	}

	private static void assertThatItHits(InferenceService service, ModelAdministration administration,
			ModelRegistry registry, CacheManager manager, String name) throws Exception {
		load(administration, registry);
		assertThat(infer(service)).isEqualTo(CacheOutcome.MISS);
		assertThat(infer(service)).isEqualTo(CacheOutcome.HIT);
		Map<?, ?> stored = ((ConcurrentMapCache) manager.getCache(name)).getNativeCache();
		long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
		while (stored.isEmpty() && System.nanoTime() - end < 0) {
			// a hit may come before its result has been stored
			Thread.onSpinWait();
		}
		assertThat(stored).hasSize(1);
	}

	private static ModelSnapshot load(ModelAdministration administration, ModelRegistry registry) throws Exception {
		assertThat(administration.reload(KEY).get(1, TimeUnit.MINUTES).state()).isEqualTo(ModelState.READY);
		return registry.find(KEY).orElseThrow();
	}

	private static CacheOutcome infer(InferenceService service) throws Exception {
		return service.infer(InferenceRequest.of("m", NamedTensors.of("x", Tensor.of(Shape.of(1, 2), 1f, 2f))))
			.get(1, TimeUnit.MINUTES)
			.cache();
	}

}
