package io.modelserving.actuate;

import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.jmx.annotation.EndpointJmxExtension;

/**
 * Manages models over JMX, where each operation has a name of its own. A version that is
 * not given stands for all; a parameter of a change that is not given stays as it is.
 */
@EndpointJmxExtension(endpoint = ModelsEndpoint.class)
public class ModelsEndpointJmxExtension {

	private final ModelManagement management;

	public ModelsEndpointJmxExtension(ModelManagement management) {
		this.management = management;
	}

	@WriteOperation
	ManagementResult load(String name) {
		return run(ManagementOperation.LOAD, name, null, Map.of());
	}

	@WriteOperation
	ManagementResult reload(String name, @Nullable Long version) {
		return run(ManagementOperation.RELOAD, name, version, Map.of());
	}

	@WriteOperation
	ManagementResult unload(String name, @Nullable Long version) {
		return run(ManagementOperation.UNLOAD, name, version, Map.of());
	}

	@WriteOperation
	ManagementResult enable(String name, @Nullable Long version) {
		return run(ManagementOperation.ENABLE, name, version, Map.of());
	}

	@WriteOperation
	ManagementResult disable(String name, @Nullable Long version) {
		return run(ManagementOperation.DISABLE, name, version, Map.of());
	}

	@WriteOperation
	ManagementResult scale(String name, @Nullable Long version, int instances) {
		return run(ManagementOperation.SCALE, name, version, Map.of("instances", Integer.toString(instances)));
	}

	@WriteOperation
	ManagementResult limit(String name, @Nullable Long version, @Nullable String maxBatchSize,
			@Nullable String maxQueueDelay, @Nullable String queueCapacity) {
		return run(ManagementOperation.LIMITS, name, version,
				given("maxBatchSize", maxBatchSize, "maxQueueDelay", maxQueueDelay, "queueCapacity", queueCapacity));
	}

	@WriteOperation
	ManagementResult clearCache(String name, @Nullable Long version) {
		return run(ManagementOperation.CLEAR_CACHE, name, version, Map.of());
	}

	@WriteOperation
	ManagementResult route(String name, @Nullable String defaultVersion, @Nullable String weights,
			@Nullable String stickyHeader, @Nullable String labels) {
		return run(ManagementOperation.TRAFFIC, name, null, given("defaultVersion", defaultVersion, "weights", weights,
				"stickyHeader", stickyHeader, "labels", labels));
	}

	@WriteOperation
	ManagementResult shadow(String name, String version, @Nullable String share, @Nullable String tolerance) {
		return run(ManagementOperation.TRAFFIC, name, null,
				given("shadow", version, "shadowShare", share, "shadowTolerance", tolerance));
	}

	@WriteOperation
	ManagementResult rollback(String name, boolean enabled, @Nullable String to, @Nullable String window,
			@Nullable String minimumCalls, @Nullable String failureRatio) {
		return run(ManagementOperation.TRAFFIC, name, null,
				given("rollback", Boolean.toString(enabled), "rollbackTo", to, "rollbackWindow", window,
						"rollbackMinimumCalls", minimumCalls, "rollbackFailureRatio", failureRatio));
	}

	@WriteOperation
	ManagementResult tune(String name, @Nullable Long version, @Nullable String objective, @Nullable String duration,
			@Nullable String concurrency, @Nullable String rows, @Nullable String maxBatchSize,
			@Nullable String instances, @Nullable String intraOpThreads, @Nullable String batchSizes) {
		return run(ManagementOperation.TUNE, name, version,
				given("objective", objective, "duration", duration, "concurrency", concurrency, "rows", rows,
						"maxBatchSize", maxBatchSize, "instances", instances, "intraOpThreads", intraOpThreads,
						"batchSizes", batchSizes));
	}

	@ReadOperation
	TuningDescriptor tuning(String name) {
		return this.management.tuning(name);
	}

	@WriteOperation
	ManagementResult cancelTuning(String name) {
		return run(ManagementOperation.CANCEL_TUNING, name, null, Map.of());
	}

	private static Map<String, String> given(@Nullable String... namesAndValues) {
		Map<String, String> parameters = new TreeMap<>();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			String name = namesAndValues[i];
			String value = namesAndValues[i + 1];
			if (name != null && value != null) {
				parameters.put(name, value);
			}
		}
		return parameters;
	}

	private ManagementResult run(ManagementOperation operation, String name, @Nullable Long version,
			Map<String, String> parameters) {
		return this.management.run(new ManagementRequest(operation, name, version, parameters, null));
	}

}
