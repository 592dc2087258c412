package io.modelserving.batch;

import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

import io.modelserving.autoconfigure.OneShot;

/**
 * Has an application with an input to score open no port of the web server, and start no
 * job of its own. Which part of the input it scores may come from Kubernetes.
 */
final class ScoringPostProcessor implements EnvironmentPostProcessor {

	static final String INPUT = "model-serving.batch.input";

	static final String RUN_AT_STARTUP = "model-serving.batch.run-at-startup";

	private static final String COUNT = "model-serving.batch.partition.count";

	private static final String INDEX = "model-serving.batch.partition.index";

	/** Set by Kubernetes in the pods of an indexed Job. */
	private static final String COMPLETION_INDEX = "JOB_COMPLETION_INDEX";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		String index = environment.getProperty(COMPLETION_INDEX);
		if (index != null && environment.containsProperty(COUNT) && !environment.containsProperty(INDEX)) {
			environment.getPropertySources()
				.addLast(new MapPropertySource("model-serving-partition", Map.of(INDEX, index)));
		}
		if (environment.containsProperty(INPUT) && environment.getProperty(RUN_AT_STARTUP, Boolean.class, true)) {
			OneShot.prepare(environment, application, "batch", Map.of("spring.batch.job.enabled", false));
		}
	}

}
