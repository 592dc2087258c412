package io.modelserving.autoconfigure;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;

import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.ClassUtils;

/**
 * Has an application do one thing and end, instead of serving: it opens no port of the
 * web server. Its context is that of a web application all the same, so that endpoints
 * and whatever else needs one are there. gRPC listens on a free port of this machine
 * alone.
 */
public final class OneShot {

	/** Whether the process was started for the application, and ends with it. */
	private static final String OWN_PROCESS = "io.modelserving.one-shot.own-process";

	private OneShot() {
	}

	/**
	 * Prepare an application.
	 * @param environment its environment
	 * @param application the application
	 * @param name what it does
	 * @param more further properties
	 */
	public static void prepare(ConfigurableEnvironment environment, SpringApplication application, String name,
			Map<String, Object> more) {
		Map<String, Object> properties = new HashMap<>(more);
		properties.put("server.port", -1);
		properties.put("spring.grpc.server.port", 0);
		properties.put("spring.grpc.server.address", "127.0.0.1");
		properties.put("spring.main.keep-alive", false);
		properties.put(OWN_PROCESS, isMain(application));
		environment.getPropertySources().addFirst(new MapPropertySource("model-serving-" + name, properties));
	}

	/** Tests have a main method of their own, whose process must go on. */
	private static boolean isMain(SpringApplication application) {
		Class<?> main = application.getMainApplicationClass();
		return main != null && application.getAllSources()
			.stream()
			.anyMatch((source) -> source instanceof Class<?> type
					&& ClassUtils.getPackageName(type).equals(ClassUtils.getPackageName(main)));
	}

	/**
	 * Return what ends the process, if that was started for the application.
	 * @param environment the environment of the application
	 * @return takes the exit code
	 */
	public static IntConsumer exit(Environment environment) {
		return environment.getProperty(OWN_PROCESS, Boolean.class, false) ? System::exit : (code) -> {
		};
	}

}
