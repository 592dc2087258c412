package io.modelserving.messaging;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Sets properties of Spring Cloud Stream where the application sets none, so that no
 * message is lost: a poll arrives as a whole, it is acknowledged after its replies have
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
		Set<String> functions = functions(environment);
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

	/** Return the names of the functions that are configured. */
	static Set<String> functions(ConfigurableEnvironment environment) {
		return bind(FunctionProperties.PREFIX, Object.class, environment).keySet();
	}

	/**
	 * Return where the dead letters of a function go.
	 */
	static String deadLetters(String function, ConfigurableEnvironment environment) {
		Letters letters = bind(FunctionProperties.PREFIX, Letters.class, environment).get(function);
		if (letters != null && letters.deadLetters() != null) {
			return letters.deadLetters();
		}
		String destination = input(function, environment).destination();
		return ((destination != null) ? destination : function) + "-dlt";
	}

	/** Return whether the messages of a function arrive as polls. */
	static boolean isBatch(String function, ConfigurableEnvironment environment) {
		return input(function, environment).consumer().batchMode();
	}

	private static Input input(String function, ConfigurableEnvironment environment) {
		Input input = bind("spring.cloud.stream.bindings", Input.class, environment).get(function + "-in-0");
		return (input != null) ? input : new Input(null, new Consumer(true));
	}

	/** Names of functions have capitals, so they are no names of properties. */
	private static <T> Map<String, T> bind(String prefix, Class<T> type, ConfigurableEnvironment environment) {
		return Binder.get(environment).bind(prefix, Bindable.mapOf(String.class, type)).orElse(Map.of());
	}

	/** Of the properties of a function. */
	record Letters(@Nullable String deadLetters) {
	}

	/** Of the properties of the binding of a function. */
	record Input(@Nullable String destination, @DefaultValue Consumer consumer) {
	}

	/** Of the properties of its consumer. */
	record Consumer(@DefaultValue("true") boolean batchMode) {
	}

}
