package io.modelserving.messaging;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Sets properties of Spring Cloud Stream where the application sets none, so that no
 * message is lost: a poll arrives as a whole, it is acknowledged after its answers have
 * been written, and it is delivered again until that is so. Transactions of the binder do
 * the latter two by themselves. Payloads arrive and leave as they are, as one that cannot
 * be read would otherwise fail its whole poll.
 */
final class BindingDefaults implements EnvironmentPostProcessor {

	private static final String BINDINGS = "spring.cloud.stream.bindings.";

	private static final String KAFKA = "spring.cloud.stream.kafka.bindings.";

	private static final String TRANSACTION = "spring.cloud.stream.kafka.binder.transaction.transaction-id-prefix";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		Set<String> functions = Binder.get(environment)
			.bind(FunctionProperties.PREFIX, Bindable.mapOf(String.class, Object.class))
			.map(Map::keySet)
			.orElse(Set.of());
		if (functions.isEmpty() || !environment.getProperty("model-serving.enabled", Boolean.class, true)) {
			return;
		}
		Map<String, Object> defaults = new LinkedHashMap<>();
		defaults.put("spring.cloud.function.definition", String.join(";", functions));
		functions.forEach((function) -> {
			String in = function + "-in-0.consumer.";
			defaults.put(BINDINGS + in + "batch-mode", true);
			defaults.put(BINDINGS + in + "max-attempts", 1);
			defaults.put(BINDINGS + in + "use-native-decoding", true);
			defaults.put(BINDINGS + function + "-out-0.producer.use-native-encoding", true);
			if (!environment.containsProperty(TRANSACTION)) {
				defaults.put(KAFKA + in + "common-error-handler-bean-name",
						MessagingAutoConfiguration.KafkaConfiguration.ERROR_HANDLER);
				defaults.put(KAFKA + function + "-out-0.producer.sync", true);
				defaults.put(KAFKA.substring(0, KAFKA.length() - 1) + "[" + deadLetters(function, environment)
						+ "].producer.sync", true);
			}
		});
		environment.getPropertySources().addLast(new MapPropertySource("model-serving-functions", defaults));
	}

	/**
	 * Return where the dead letters of a function go.
	 */
	static String deadLetters(String function, ConfigurableEnvironment environment) {
		Binder binder = Binder.get(environment);
		return binder.bind(FunctionProperties.PREFIX + "." + function + ".dead-letters", String.class)
			.orElseGet(() -> binder.bind(BINDINGS + function + "-in-0.destination", String.class).orElse(function)
					+ "-dlt");
	}

	/** Return whether the messages of a function arrive as polls. */
	static boolean isBatch(String function, ConfigurableEnvironment environment) {
		return Binder.get(environment)
			.bind(BINDINGS + function + "-in-0.consumer.batch-mode", Boolean.class)
			.orElse(true);
	}

}
