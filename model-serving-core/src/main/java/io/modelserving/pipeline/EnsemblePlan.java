package io.modelserving.pipeline;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

import io.modelserving.model.EnsembleStep;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.TensorSpec;

/**
 * How the tensors of an ensemble flow. Pure.
 *
 * @param signature what the ensemble takes and gives
 * @param steps the steps, whose maps name every input that they get and every output that
 * they give; a tensor of the ensemble is named once
 * @param outputs the tensors that are the outputs, by the name of the output
 */
record EnsemblePlan(ModelSignature signature, List<EnsembleStep> steps, Map<String, String> outputs) {

	/**
	 * Plan an ensemble.
	 * @param steps the steps, in an order in which each takes inputs of the ensemble or
	 * outputs of those before it; their maps name what differs from the defaults
	 * @param outputs the names of the outputs, empty for all outputs of the last step
	 * @param signatures gives the signature of the model of a step
	 * @return the plan
	 * @throws ModelLoadException if the steps do not fit together; the message names the
	 * step and the tensor
	 */
	static EnsemblePlan of(List<EnsembleStep> steps, Collection<String> outputs,
			Function<EnsembleStep, ModelSignature> signatures) {
		return new Planner(steps, signatures).plan(outputs);
	}

	/**
	 * Makes a plan, step by step.
	 */
	private static final class Planner {

		private final List<EnsembleStep> steps;

		private final Function<EnsembleStep, ModelSignature> signatures;

		private final Map<String, TensorSpec> inputs = new LinkedHashMap<>();

		/** What each name means to the next step. */
		private final Map<String, Made> known = new LinkedHashMap<>();

		private final List<EnsembleStep> planned = new ArrayList<>();

		private List<Made> last = List.of();

		private Planner(List<EnsembleStep> steps, Function<EnsembleStep, ModelSignature> signatures) {
			this.steps = steps;
			this.signatures = signatures;
		}

		private EnsemblePlan plan(Collection<String> outputs) {
			for (EnsembleStep step : this.steps) {
				add(step, this.signatures.apply(step));
			}
			Map<String, String> tensors = new LinkedHashMap<>();
			List<TensorSpec> specs = new ArrayList<>();
			Collection<String> names = outputs.isEmpty() ? this.last.stream().map(Made::name).toList() : outputs;
			for (String name : names) {
				Made made = this.known.get(name);
				if (made == null) {
					throw wrong(
							"the output \"%s\" is no output of a step; there are %s".formatted(name,
									new TreeSet<>(this.known.keySet())),
							"Correct model-serving.ensembles.<name>.outputs.");
				}
				tensors.put(name, made.tensor());
				specs.add(renamed(made.spec(), name));
			}
			return new EnsemblePlan(new ModelSignature(List.copyOf(this.inputs.values()), specs), this.planned,
					tensors);
		}

		private void add(EnsembleStep step, ModelSignature signature) {
			requireKnown(step, "input", step.inputMap().keySet(), signature.allInputs());
			requireKnown(step, "output", step.outputMap().keySet(), signature.outputs());
			Map<String, String> taken = new LinkedHashMap<>();
			for (TensorSpec spec : signature.allInputs()) {
				boolean optional = signature.isOptional(spec.name()) && !step.inputMap().containsKey(spec.name());
				String name = step.inputMap().getOrDefault(spec.name(), spec.name());
				Optional<Made> made = Optional
					.ofNullable(follows(step, signature) ? this.last.get(0) : this.known.get(name));
				if (made.isPresent()) {
					requireFit(step, spec, made.get());
					taken.put(spec.name(), made.get().tensor());
				}
				else if (!optional) {
					takeInput(step, spec, name);
					taken.put(spec.name(), name);
				}
			}
			List<Made> given = new ArrayList<>();
			Map<String, String> maps = new LinkedHashMap<>();
			for (TensorSpec spec : signature.outputs()) {
				String name = step.outputMap().getOrDefault(spec.name(), spec.name());
				Made made = new Made(name, unique(step, name), spec);
				given.add(made);
				maps.put(spec.name(), made.tensor());
			}
			given.forEach((made) -> this.known.put(made.name(), made));
			this.last = given;
			this.planned.add(new EnsembleStep(step.model(), step.version(), taken, maps));
		}

		/** In a simple chain, the names of inputs and outputs do not matter. */
		private boolean follows(EnsembleStep step, ModelSignature signature) {
			return step.inputMap().isEmpty() && this.last.size() == 1 && signature.inputs().size() == 1
					&& signature.optionalInputs().isEmpty();
		}

		private void takeInput(EnsembleStep step, TensorSpec spec, String name) {
			TensorSpec before = this.inputs.putIfAbsent(name, renamed(spec, name));
			if (before != null) {
				requireFit(step, spec, new Made(name, name, before));
			}
		}

		private String unique(EnsembleStep step, String name) {
			boolean used = this.inputs.containsKey(name)
					|| this.planned.stream().anyMatch((other) -> other.outputMap().containsValue(name));
			return used ? "%s.%s.%d".formatted(step.model(), name, this.planned.size() + 1) : name;
		}

		private void requireKnown(EnsembleStep step, String kind, Collection<String> names, List<TensorSpec> specs) {
			List<String> existing = specs.stream().map(TensorSpec::name).toList();
			for (String name : names) {
				if (!existing.contains(name)) {
					throw wrong("%s maps the %s \"%s\", which the model does not have; it has %s".formatted(text(step),
							kind, name, existing), "Correct the %s-map of that step.".formatted(kind));
				}
			}
		}

		private void requireFit(EnsembleStep step, TensorSpec taken, Made made) {
			if (taken.dataType() != made.spec().dataType() || !fits(taken.shape(), made.spec().shape())) {
				throw wrong(
						"%s takes %s, which does not fit the tensor \"%s\" of %s%s".formatted(text(step), taken,
								made.name(), made.spec().dataType(), made.spec().shape()),
						"Map another tensor to that input, or put a model between that converts it.");
			}
		}

		private static boolean fits(Shape taken, Shape given) {
			if (!taken.hasKnownRank() || !given.hasKnownRank()) {
				return true;
			}
			boolean fits = taken.rank() == given.rank();
			for (int i = 0; fits && i < taken.rank(); i++) {
				long one = taken.dimension(i);
				long other = given.dimension(i);
				fits = one == other || one == Shape.DYNAMIC || other == Shape.DYNAMIC;
			}
			return fits;
		}

		private String text(EnsembleStep step) {
			return "step %d, model \"%s\",".formatted(this.planned.size() + 1, step.model());
		}

		private static TensorSpec renamed(TensorSpec spec, String name) {
			return new TensorSpec(name, spec.dataType(), spec.shape(), spec.dimensionNames());
		}

		private static ModelLoadException wrong(String message, String action) {
			return new ModelLoadException(message, action, false, null);
		}

	}

	/**
	 * An output of a step.
	 *
	 * @param name the name by which later steps take it, until another has it
	 * @param tensor the name that it alone has
	 * @param spec what the model says of it
	 */
	private record Made(String name, String tensor, TensorSpec spec) {
	}

}
