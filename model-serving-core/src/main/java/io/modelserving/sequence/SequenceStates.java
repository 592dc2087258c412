package io.modelserving.sequence;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InvalidModelException;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.Quoted;
import io.modelserving.model.graph.GraphAnalysis;
import io.modelserving.model.graph.RowIndependence;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

/**
 * The states of a model: which of its inputs and outputs they are, and how they are added
 * to what callers send and taken from what the model gives. Pure; immutable.
 */
public final class SequenceStates {

	private static final String KEY = "model-serving.models." + ModelLoadException.MODEL_NAME + ".sequences.states";

	private final ModelSignature callers;

	/** By the name of the input, in the model's order. */
	private final Map<String, StatePlace> places;

	private final Map<String, Integer> axes;

	private SequenceStates(ModelSignature callers, Map<String, StatePlace> places, Map<String, Integer> axes) {
		this.callers = callers;
		this.places = places;
		this.axes = axes;
	}

	/**
	 * Find the states in a model.
	 * @param signature what the model takes and gives
	 * @param analysis what its graph says: which dimension of each input counts the rows.
	 * Where it does not, that is the first one, if it is dynamic
	 * @param settings which outputs are the states for which inputs
	 * @return the states
	 * @throws ModelLoadException if the model has no such states
	 */
	public static SequenceStates of(ModelSignature signature, GraphAnalysis analysis, SequenceSettings settings) {
		Map<String, Integer> axes = (analysis.rowIndependence() instanceof RowIndependence.Proven)
				? analysis.inputBatchAxes() : Map.of();
		Map<String, StatePlace> places = new LinkedHashMap<>();
		settings.states().forEach((name, state) -> {
			TensorSpec output = find("output", name, signature.outputs());
			TensorSpec input = find("input", state.input(), signature.allInputs());
			if (places.containsKey(input.name())) {
				throw invalid("the input \"%s\" is given by two states".formatted(input.name()), name, "");
			}
			if (output.dataType() != input.dataType()) {
				throw invalid("the output %s cannot be the input %s, which is of another type".formatted(output, input),
						name, "");
			}
			int axis = axes.getOrDefault(input.name(), input.hasDynamicRows() ? 0 : -1);
			places.put(input.name(), StatePlace.of(input, output, state, axis));
		});
		List<TensorSpec> inputs = without(signature.inputs(), places.keySet());
		if (inputs.isEmpty()) {
			throw invalid("all inputs of the model are states, so that a request has nothing to give", "", "");
		}
		Set<String> outputs = settings.states().keySet();
		return new SequenceStates(new ModelSignature(inputs, without(signature.outputs(), outputs),
				without(signature.optionalInputs(), places.keySet())), places, axes);
	}

	private static TensorSpec find(String kind, String name, List<TensorSpec> specs) {
		return specs.stream()
			.filter(spec -> spec.name().equals(name))
			.findFirst()
			.orElseThrow(() -> invalid("the model has no %s \"%s\" for a state; it has %s".formatted(kind, name, specs),
					"", ""));
	}

	private static List<TensorSpec> without(List<TensorSpec> specs, Set<String> names) {
		return specs.stream().filter(spec -> !names.contains(spec.name())).toList();
	}

	static ModelLoadException invalid(String message, String output, String key) {
		return new InvalidModelException(message,
				"Correct %s%s%s.".formatted(KEY, output.isEmpty() ? "" : "." + output, key), false, null);
	}

	/**
	 * Return what callers give and get: everything but the states.
	 */
	public ModelSignature callers() {
		return this.callers;
	}

	/**
	 * Return the outputs that are states.
	 */
	public List<String> outputNames() {
		return this.places.values().stream().map(place -> place.output().name()).toList();
	}

	List<SequenceStatus.State> describe() {
		return this.places.values()
			.stream()
			.map(place -> new SequenceStatus.State(place.input(), place.output(), place.initial()))
			.toList();
	}

	/**
	 * Return the inputs of a caller, or of a sample, without those that are states.
	 */
	public NamedTensors withoutStates(NamedTensors inputs) {
		return inputs.select(inputs.names().stream().filter(name -> !this.places.containsKey(name)).toList());
	}

	/**
	 * Check that a caller gives no state.
	 * @throws InvalidInput if it does
	 */
	public void check(NamedTensors inputs) {
		Set<String> given = new LinkedHashSet<>(inputs.names());
		given.retainAll(this.places.keySet());
		if (!given.isEmpty()) {
			throw new InvalidInput(
					"input %s is a state of the sequence: the server keeps it, and a request leaves it out"
						.formatted(Quoted.names(given)));
		}
	}

	/**
	 * Count the rows of a request.
	 * @param inputs what the caller gives, which the model takes
	 * @return the number of rows; 1 where the inputs have none
	 */
	int rows(NamedTensors inputs) {
		for (TensorSpec spec : this.callers.inputs()) {
			int axis = this.axes.getOrDefault(spec.name(), spec.hasDynamicRows() ? 0 : -1);
			if (axis >= 0) {
				return Math.toIntExact(inputs.get(spec.name()).shape().dimension(axis));
			}
		}
		return 1;
	}

	/**
	 * Return the states at the start of a sequence.
	 * @param rows the rows of its requests
	 * @return the states, by the names of the inputs
	 */
	NamedTensors initial(int rows) {
		Map<String, Tensor> states = new LinkedHashMap<>();
		this.places.forEach((name, place) -> states.put(name, place.start(rows)));
		return NamedTensors.of(states);
	}

	/**
	 * Put states beside what a caller gives.
	 * @return what the model takes
	 */
	static NamedTensors join(NamedTensors inputs, NamedTensors states) {
		Map<String, Tensor> all = new LinkedHashMap<>(inputs.asMap());
		all.putAll(states.asMap());
		return NamedTensors.of(all);
	}

	/**
	 * Put the initial states beside what a caller gives, as at the start of a sequence.
	 * @return what the model takes
	 */
	public NamedTensors begin(NamedTensors inputs) {
		return join(inputs, initial(rows(inputs)));
	}

	/**
	 * Copy the states that a run has given, so that nothing else of its memory is kept.
	 * @param outputs what the model gave for one request
	 * @return the states, by the names of the inputs
	 * @throws ExecutionFailed if one is missing, or the model does not take it
	 */
	NamedTensors after(NamedTensors outputs) {
		Map<String, Tensor> states = new LinkedHashMap<>();
		this.places.forEach((name, place) -> states.put(name, place.copy(outputs)));
		return NamedTensors.of(states);
	}

	/**
	 * Return what a caller gets who has asked for no outputs: all but the states.
	 * @throws ExecutionFailed if one is missing
	 */
	public NamedTensors results(NamedTensors outputs) {
		try {
			return outputs.select(this.callers.outputNames());
		}
		catch (IllegalArgumentException ex) {
			throw new ExecutionFailed("the model did not give the outputs it declares", ex);
		}
	}

	static long bytes(NamedTensors states) {
		long bytes = 0;
		for (Tensor tensor : states.asMap().values()) {
			bytes += (tensor instanceof NumericTensor numeric) ? numeric.data().remaining()
					: ((StringTensor) tensor).elements().stream().mapToLong(element -> 48L + element.length()).sum();
		}
		return bytes;
	}

}
