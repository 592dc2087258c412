package io.modelserving.autoconfigure.dryrun;

import java.util.HashMap;
import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.ClassUtils;

/**
 * Has a dry run open no port of the web server. Its context is that of a web application
 * all the same, so that endpoints and whatever else needs one are checked, too. gRPC
 * listens for a moment, on a free port of this machine alone.
 */
final class DryRunPostProcessor implements EnvironmentPostProcessor {

	/** Whether the process was started for the application, and ends with it. */
	static final String OWN_PROCESS = "io.modelserving.dry-run.own-process";

	private static final String MANAGEMENT_PORT = "management.server.port";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (!environment.getProperty(DryRunAutoConfiguration.PROPERTY, Boolean.class, false)) {
			return;
		}
		Map<String, Object> properties = new HashMap<>();
		properties.put("server.port", -1);
		properties.put("spring.grpc.server.port", 0);
		properties.put("spring.grpc.server.address", "127.0.0.1");
		properties.put("spring.main.keep-alive", false);
		properties.put(OWN_PROCESS, isMain(application));
		if (environment.containsProperty(MANAGEMENT_PORT)) {
			properties.put(MANAGEMENT_PORT, -1);
		}
		environment.getPropertySources().addFirst(new MapPropertySource("model-serving-dry-run", properties));
	}

	/** Tests have a main method of their own, whose process must go on. */
	private static boolean isMain(SpringApplication application) {
		Class<?> main = application.getMainApplicationClass();
		return main != null && application.getAllSources()
			.stream()
			.anyMatch((source) -> source instanceof Class<?> type
					&& ClassUtils.getPackageName(type).equals(ClassUtils.getPackageName(main)));
	}

}
