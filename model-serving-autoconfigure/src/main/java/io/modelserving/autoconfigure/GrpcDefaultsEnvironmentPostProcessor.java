package io.modelserving.autoconfigure;

import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.ClassUtils;

/**
 * Leaves it to the models and the readiness of the application what the gRPC health
 * service says of the server, unless the application says otherwise. Spring Boot would
 * say that it serves until it first looks, seconds after the start, and would count all
 * health indicators, which readiness does not.
 */
final class GrpcDefaultsEnvironmentPostProcessor implements EnvironmentPostProcessor {

	/** Whether Spring Boot says how the server is. */
	static final String OVERALL_HEALTH = "spring.grpc.server.health.include-overall-health";

	private static final String SERVICE = "io.modelserving.grpc.GRPCInferenceServiceGrpc";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		boolean called = environment.getProperty("model-serving.enabled", Boolean.class, true)
				&& environment.getProperty("model-serving.grpc.enabled", Boolean.class, true)
				&& ClassUtils.isPresent(SERVICE, getClass().getClassLoader());
		if (called) {
			environment.getPropertySources()
				.addLast(new MapPropertySource("model-serving-grpc-defaults", Map.of(OVERALL_HEALTH, false)));
		}
	}

}
