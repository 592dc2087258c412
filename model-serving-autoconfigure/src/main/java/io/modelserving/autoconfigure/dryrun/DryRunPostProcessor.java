package io.modelserving.autoconfigure.dryrun;

import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;

import io.modelserving.autoconfigure.OneShot;

/**
 * Has a dry run open no port of the web server, nor one of its own for management.
 */
final class DryRunPostProcessor implements EnvironmentPostProcessor {

	private static final String MANAGEMENT_PORT = "management.server.port";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (environment.getProperty(DryRunAutoConfiguration.PROPERTY, Boolean.class, false)) {
			OneShot.prepare(environment, application, "dry-run",
					environment.containsProperty(MANAGEMENT_PORT) ? Map.of(MANAGEMENT_PORT, -1) : Map.of());
		}
	}

}
