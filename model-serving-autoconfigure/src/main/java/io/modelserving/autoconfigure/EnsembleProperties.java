package io.modelserving.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;

import io.modelserving.model.EnsembleStep;
import io.modelserving.pipeline.Ensembles;
import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.BatchingSettings.Verification;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.PaddingRule;
import io.modelserving.serving.scaling.InstanceSettings;

/**
 * Properties of an ensemble.
 *
 * @param steps Models that a run calls, each after those whose outputs it takes.
 * @param outputs Names of the outputs. Defaults to those of the last step.
 * @param required Whether the application counts as ready only with this ensemble.
 * @param maxInFlight Number of runs at once, over which calls wait.
 * @param queueCapacity Number of calls that may wait.
 * @param timeout Time that a call may take.
 */
record EnsembleProperties(@DefaultValue List<Step> steps, @DefaultValue List<String> outputs,
		@DefaultValue("true") boolean required, @DefaultValue("16") int maxInFlight,
		@DefaultValue("1024") int queueCapacity, @DefaultValue("30s") Duration timeout) {

	/**
	 * Check all ensembles.
	 * @param path the property that holds them
	 * @param ensembles the ensembles by name
	 * @param models the names of the models that are configured
	 */
	static void check(PropertyPath path, Map<String, EnsembleProperties> ensembles, Set<String> models) {
		ensembles.forEach((name, ensemble) -> {
			PropertyPath own = path.child(name);
			path.check(!models.contains(name), name, ensemble, "a model has the same name");
			own.check(!ensemble.steps.isEmpty(), "steps", ensemble.steps, "at least one step is needed");
			own.atLeast(1, "max-in-flight", ensemble.maxInFlight);
			own.check(ensemble.maxInFlight <= InstanceSettings.MOST_INSTANCES, "max-in-flight", ensemble.maxInFlight,
					"it must be at most %d".formatted(InstanceSettings.MOST_INSTANCES));
			own.atLeast(1, "queue-capacity", ensemble.queueCapacity);
			own.positive("timeout", ensemble.timeout);
			own.check(!reaches(name, name, ensembles, new LinkedHashSet<>()), "steps", ensemble.steps,
					"the ensemble is a step of itself");
		});
	}

	private static boolean reaches(String from, String name, Map<String, EnsembleProperties> ensembles,
			Set<String> seen) {
		EnsembleProperties ensemble = ensembles.get(from);
		return ensemble != null && seen.add(from) && ensemble.steps.stream()
			.anyMatch((step) -> step.model().equals(name) || reaches(step.model(), name, ensembles, seen));
	}

	ModelDefinition define(String name, Ensembles ensembles) {
		return ensembles.define(name, this.steps.stream().map(Step::step).toList(), this.outputs, this.required,
				this.maxInFlight, new BatchingSettings(1, Duration.ZERO, this.queueCapacity, this.timeout,
						Verification.UNBATCH, PaddingRule.NONE));
	}

	/**
	 * Properties of a step.
	 *
	 * @param model Name of the model.
	 * @param version Version of the model. Defaults to the one that its traffic gives.
	 * @param inputMap Tensors of the ensemble by the inputs of the model. An input that
	 * is not here is the tensor of the same name, or, where no input is here, the only
	 * output of the step before.
	 * @param outputMap Tensors of the ensemble by the outputs of the model. An output
	 * that is not here is the tensor of the same name.
	 */
	record Step(String model, @Nullable Long version, @DefaultValue Map<String, String> inputMap,
			@DefaultValue Map<String, String> outputMap) {

		private EnsembleStep step() {
			return new EnsembleStep(this.model, this.version, this.inputMap, this.outputMap);
		}

	}

}
