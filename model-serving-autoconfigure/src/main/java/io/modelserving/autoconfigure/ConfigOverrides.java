package io.modelserving.autoconfigure;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.NestedExceptionUtils;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Quoted;

/**
 * Settings in a request to load a model, under the names that Triton's
 * {@code ModelConfig} has (model_config.proto). What is not known is rejected by its
 * name.
 */
final class ConfigOverrides {

	private static final Set<String> PLATFORMS = Set.of("onnxruntime", "onnxruntime_onnx", "onnx_onnxv1");

	private static final int MAX_ROWS = 65536;

	private final Map<String, String> properties = new TreeMap<>();

	private final String model;

	private final int maxInstances;

	private ConfigOverrides(String model, int maxInstances) {
		this.model = model;
		this.maxInstances = maxInstances;
	}

	/**
	 * Return the settings of a request.
	 * @param model the model that it loads
	 * @param config the settings, as JSON has them
	 * @param maxInstances the most instances that may be asked for
	 * @return the settings
	 * @throws InvalidInput if one is not known, or its value makes no sense
	 */
	static ModelProperties of(String model, Map<String, Object> config, int maxInstances) {
		ConfigOverrides overrides = new ConfigOverrides(model, maxInstances);
		new ConfigObject("config", config).forEach(overrides::add);
		try {
			ModelProperties settings = new Binder(new MapConfigurationPropertySource(overrides.properties))
				.bindOrCreate("", Bindable.of(ModelProperties.class));
			settings.check(new PropertyPath(""));
			return settings;
		}
		catch (BindException | InvalidConfigurationPropertyValueException ex) {
			throw new InvalidInput("config: " + NestedExceptionUtils.getMostSpecificCause(ex).getMessage(), ex);
		}
	}

	private void add(ConfigValue value) {
		switch (value.key()) {
			case "name" -> value.require(this.model.equals(value.text()), "must be " + Quoted.name(this.model));
			case "platform", "backend" -> value.require(PLATFORMS.contains(value.text()),
					"must be one of " + PLATFORMS.stream().sorted().toList());
			case "max_batch_size" -> put("batching.max-batch-size", Math.max(1, value.number(0, MAX_ROWS)));
			case "dynamic_batching" -> value.object().forEach(this::addBatching);
			case "instance_group" -> value.onlyElement().forEach(this::addInstances);
			case "version_policy" -> addVersions(value.object());
			case "response_cache" -> value.object().forEach((inner) -> {
				inner.requireKey("enable");
				put("cache.enabled", inner.flag());
			});
			case "parameters" -> value.object().forEach(this::addParameter);
			default -> throw value.unknown("name", "platform", "backend", "max_batch_size", "dynamic_batching",
					"instance_group", "version_policy", "response_cache", "parameters");
		}
	}

	private void addBatching(ConfigValue value) {
		switch (value.key()) {
			case "max_queue_delay_microseconds" ->
				put("batching.max-queue-delay", value.number(0, Long.MAX_VALUE / 1000) + "us");
			case "default_queue_policy" -> value.object().forEach(this::addQueue);
			default -> throw value.unknown("max_queue_delay_microseconds", "default_queue_policy");
		}
	}

	private void addQueue(ConfigValue value) {
		switch (value.key()) {
			case "max_queue_size" -> put("batching.queue-capacity", value.number(1, Integer.MAX_VALUE));
			case "default_timeout_microseconds" ->
				put("batching.default-timeout", value.number(0, Long.MAX_VALUE / 1000) + "us");
			default -> throw value.unknown("max_queue_size", "default_timeout_microseconds");
		}
	}

	private void addInstances(ConfigValue value) {
		switch (value.key()) {
			case "name" -> value.text();
			case "kind" -> value.require(Set.of("KIND_AUTO", "KIND_CPU", "KIND_GPU").contains(value.text()),
					"must be KIND_AUTO, KIND_CPU or KIND_GPU");
			case "count" -> put("runtime.instances", value.number(1, this.maxInstances));
			case "gpus" -> put("runtime.devices", value.numbers(0));
			default -> throw value.unknown("name", "kind", "count", "gpus");
		}
	}

	private void addVersions(ConfigObject policy) {
		policy.requireOneOf("latest", "all", "specific");
		policy.forEach((value) -> {
			switch (value.key()) {
				case "latest" -> {
					put("versions", "latest");
					value.object().forEach((inner) -> {
						inner.requireKey("num_versions");
						put("versions", "latest:" + inner.number(1, Integer.MAX_VALUE));
					});
				}
				case "specific" -> value.object().forEach((inner) -> {
					inner.requireKey("versions");
					put("versions", inner.numbers(1));
				});
				default -> put("versions", "all");
			}
		});
	}

	private void addParameter(ConfigValue value) {
		String property = switch (value.key()) {
			case "intra_op_thread_count" -> "runtime.intra-op-threads";
			case "inter_op_thread_count" -> "runtime.inter-op-threads";
			default -> throw value.unknown("intra_op_thread_count", "inter_op_thread_count");
		};
		value.object().forEach((inner) -> {
			inner.requireKey("string_value");
			put(property, inner.number(1, this.maxInstances));
		});
	}

	private void put(String property, Object value) {
		this.properties.put(property, String.valueOf(value));
	}

}
