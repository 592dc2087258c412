package io.modelserving.autoconfigure;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelStatus;
import io.modelserving.model.Quoted;
import io.modelserving.serving.BatchingPlan;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.serving.traffic.RolledBack;
import io.modelserving.serving.scaling.Scaled;
import io.modelserving.serving.ServingListener;
import io.modelserving.serving.traffic.Traffic;

/**
 * Logs the states of models: one line when a model is ready, an error when a required one
 * cannot be served, and a warning when another one cannot.
 */
final class ModelStatusLogger implements ServingListener {

	private static final Logger logger = LoggerFactory.getLogger("io.modelserving.models");

	/** Beyond these, the actuator has them all. */
	private static final int MOST_HAZARDS = 5;

	private final Supplier<ModelRegistry> registry;

	private final Set<ModelKey> ready = ConcurrentHashMap.newKeySet();

	private final Set<ModelKey> disabled = ConcurrentHashMap.newKeySet();

	private final Map<ModelKey, String> failures = new ConcurrentHashMap<>();

	ModelStatusLogger(Supplier<ModelRegistry> registry) {
		this.registry = registry;
	}

	@Override
	public void statusChanged(ModelStatus status) {
		if (status.enabled() == this.disabled.contains(status.key())) {
			switched(status);
			return;
		}
		switch (status.state()) {
			case READY -> ready(status);
			case FAILED -> failed(status);
			case LOADING, WARMING, DRAINING -> logger.debug("Model {} is {}", status.key(), status.state());
			case UNLOADED -> unloaded(status);
		}
	}

	private void switched(ModelStatus status) {
		if (status.enabled()) {
			this.disabled.remove(status.key());
			logger.info("Model {} is enabled", status.key());
		}
		else {
			this.disabled.add(status.key());
			logger.info("Model {} is disabled: it rejects calls until it is enabled", status.key());
		}
	}

	@Override
	public void routed(String model, Traffic traffic) {
		logger.info("Traffic of model {} is set: {}", model, traffic);
	}

	@Override
	public void rolledBack(RolledBack rolledBack) {
		logger.warn("Model {} has lost its traffic to version {}: {}", rolledBack.model(), rolledBack.to(),
				rolledBack.reason());
	}

	@Override
	public void scaled(Scaled scaled) {
		logger.info("Model {} runs on {} instances per device instead of {}: {}", scaled.model(), scaled.to(),
				scaled.from(), scaled.reason());
	}

	/** Retries that fail alike are logged once. */
	private void failed(ModelStatus status) {
		boolean repeated = status.failure().equals(this.failures.put(status.key(), status.failure()));
		Level level = repeated ? Level.DEBUG : status.required() ? Level.ERROR : Level.WARN;
		logger.atLevel(level).log("Model {} cannot be served: {}", status.key(), Quoted.message(status.reason()));
	}

	private void ready(ModelStatus status) {
		this.ready.add(status.key());
		if (!status.reason().isEmpty()) {
			boolean repeated = status.failure().equals(this.failures.put(status.key(), status.failure()));
			logger.atLevel(repeated ? Level.DEBUG : Level.WARN)
				.log("Model {}: {}", status.key(), Quoted.message(status.reason()));
			return;
		}
		this.failures.remove(status.key());
		ModelDetails details = this.registry.get().find(status.key()).map(ModelSnapshot::details).orElse(null);
		logger.info("Model {} is ready{}", status.key(), (details != null) ? ": " + describe(details) : "");
		if (details != null) {
			details.warnings()
				.forEach((warning) -> logger.warn("Model {}: {}", status.key(), named(warning, status.key().name())));
			details.analysis()
				.hazards()
				.stream()
				.limit(MOST_HAZARDS)
				.forEach((hazard) -> logger.warn("Model {}: a caller can do harm at node {} ({}): {}", status.key(),
						Quoted.message(hazard.node()), Quoted.message(hazard.operator()),
						Quoted.message(hazard.description())));
		}
	}

	private static String named(String warning, String model) {
		return Quoted.message(warning.replace(ModelLoadException.MODEL_NAME, model));
	}

	private static String describe(ModelDetails details) {
		BatchingPlan plan = details.plan();
		String independence = details.analysis().rowIndependence().describe();
		return "loaded in %d ms, warmed up in %d ms; instances: %d, threads of each: %d; %s: %s%s".formatted(
				details.loadTime().toMillis(), details.warmUpTime().toMillis(), details.instances(),
				details.intraOpThreads(),
				plan.batched() ? "batches of up to %d rows".formatted(plan.maxBatchSize()) : "no batches",
				Quoted.message(plan.reason()), plan.reason().contains(independence) ? ""
						: "; independence of rows, by the graph: " + Quoted.message(independence));
	}

	private void unloaded(ModelStatus status) {
		this.disabled.remove(status.key());
		this.failures.remove(status.key());
		if (this.ready.remove(status.key())) {
			logger.info("Model {} is unloaded", status.key());
		}
	}

}
