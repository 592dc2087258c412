package io.modelserving.autoconfigure;

import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Has springdoc build the OpenAPI document anew for each request, unless the application
 * says otherwise. A document that is kept would go on showing the models that were ready
 * when somebody first asked for it.
 */
final class FreshOpenApiEnvironmentPostProcessor implements EnvironmentPostProcessor {

	private static final String CACHE_DISABLED = "springdoc.cache.disabled";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		boolean documented = environment.getProperty("model-serving.enabled", Boolean.class, true)
				&& environment.getProperty("model-serving.open-inference.enabled", Boolean.class, true);
		if (documented) {
			environment.getPropertySources()
				.addLast(new MapPropertySource("model-serving-defaults", Map.of(CACHE_DISABLED, true)));
		}
	}

}
