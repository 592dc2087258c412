package io.modelserving.autoconfigure;

import java.util.HashMap;
import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

import io.modelserving.web.Execution;

/**
 * Sets properties of others where the application sets none. springdoc builds the OpenAPI
 * document anew for each request: a document that is kept would go on showing the models
 * that were ready at the first request for it, and the responses of their examples by
 * then. It has no way to forget a document. The gRPC server binds to the address that the
 * web server binds to. Tomcat gets threads enough for hundreds of requests that wait.
 */
final class DefaultPropertiesPostProcessor implements EnvironmentPostProcessor {

	/** Leaves more than 512 for models; threads that are not needed are not started. */
	private static final int THREADS = 600;

	private static final String SERVER_ADDRESS = "server.address";

	private static final String GRPC_ADDRESS = "spring.grpc.server.address";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (!isEnabled(environment, "model-serving.enabled")) {
			return;
		}
		Map<String, Object> defaults = new HashMap<>();
		if (isEnabled(environment, "model-serving.open-inference.enabled")
				|| isEnabled(environment, "model-serving.endpoints.enabled")) {
			defaults.put("springdoc.cache.disabled", true);
		}
		if (!Execution.ASYNCHRONOUS.name().equalsIgnoreCase(environment.getProperty("model-serving.web.execution"))) {
			defaults.put("server.tomcat.threads.max", THREADS);
		}
		if (isEnabled(environment, "model-serving.grpc.enabled") && environment.containsProperty(SERVER_ADDRESS)) {
			defaults.put(GRPC_ADDRESS, "${" + SERVER_ADDRESS + "}");
		}
		environment.getPropertySources().addLast(new MapPropertySource("model-serving-defaults", defaults));
	}

	private static boolean isEnabled(ConfigurableEnvironment environment, String property) {
		return environment.getProperty(property, Boolean.class, true);
	}

}
