package io.modelserving.model;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

/**
 * The inputs that a model takes and the outputs that it gives. Immutable.
 *
 * @param inputs the inputs that a call must give, in the model's order
 * @param outputs the outputs, in the model's order
 * @param optionalInputs the inputs that have a default, which a call may give
 */
public record ModelSignature(List<TensorSpec> inputs, List<TensorSpec> outputs, List<TensorSpec> optionalInputs) {

	public ModelSignature {
		inputs = List.copyOf(inputs);
		outputs = List.copyOf(outputs);
		optionalInputs = List.copyOf(optionalInputs);
	}

	/**
	 * Create a signature without optional inputs.
	 * @param inputs the inputs, all of them required
	 * @param outputs the outputs
	 */
	public ModelSignature(List<TensorSpec> inputs, List<TensorSpec> outputs) {
		this(inputs, outputs, List.of());
	}

	/**
	 * Return all inputs.
	 * @return the required ones, then the optional ones
	 */
	public List<TensorSpec> allInputs() {
		return Stream.concat(this.inputs.stream(), this.optionalInputs.stream()).toList();
	}

	/**
	 * Return whether a call may leave an input out.
	 * @param name the name of an input
	 * @return {@code true} if it is one of the optional ones
	 */
	public boolean isOptional(String name) {
		return this.optionalInputs.stream().anyMatch((spec) -> spec.name().equals(name));
	}

	public Set<String> optionalNames() {
		return this.optionalInputs.stream().map(TensorSpec::name).collect(Collectors.toSet());
	}

	/**
	 * Return whether the first dimension of everything can be a batch. It says what the
	 * signature allows, not that rows are independent of each other.
	 * @return {@code true} if every required input and every output has a dynamic first
	 * dimension
	 */
	public boolean allowsBatches() {
		return !this.inputs.isEmpty() && this.inputs.stream().allMatch(TensorSpec::hasDynamicRows)
				&& this.outputs.stream().allMatch(TensorSpec::hasDynamicRows);
	}

	public List<String> outputNames() {
		return this.outputs.stream().map(TensorSpec::name).toList();
	}

	/**
	 * Check that the model can take some tensors. Symbolic names of dimensions are hints:
	 * whether two dimensions of one name may differ, the runtime decides.
	 * @param tensors the tensors
	 * @throws InvalidInput if one is missing, unknown, or of the wrong type or shape; the
	 * message says what would be right
	 */
	public void check(NamedTensors tensors) {
		checkNames(tensors.names());
		for (TensorSpec spec : this.inputs) {
			check(spec, tensors.get(spec.name()));
		}
		if (tensors.names().size() > this.inputs.size()) {
			for (TensorSpec spec : this.optionalInputs) {
				if (tensors.names().contains(spec.name())) {
					check(spec, tensors.get(spec.name()));
				}
			}
		}
	}

	private void checkNames(Set<String> names) {
		if (names.size() == this.inputs.size() && allIn(names)) {
			return;
		}
		Set<String> missing = this.inputs.stream()
			.map(TensorSpec::name)
			.collect(Collectors.toCollection(LinkedHashSet::new));
		Set<String> unknown = new LinkedHashSet<>(names);
		unknown.removeAll(missing);
		this.optionalInputs.forEach((spec) -> unknown.remove(spec.name()));
		if (!unknown.isEmpty()) {
			throw new InvalidInput(
					"unknown input %s; the model takes %s".formatted(Quoted.names(unknown), describeInputs()));
		}
		missing.removeAll(names);
		if (!missing.isEmpty()) {
			throw new InvalidInput(
					"missing input %s; the model takes %s".formatted(Quoted.names(missing), describeInputs()));
		}
	}

	private boolean allIn(Set<String> names) {
		for (TensorSpec spec : this.inputs) {
			if (!names.contains(spec.name())) {
				return false;
			}
		}
		return true;
	}

	private static void check(TensorSpec spec, Tensor tensor) {
		if (tensor.dataType() != spec.dataType()) {
			throw new InvalidInput("input \"%s\": type %s does not match %s".formatted(spec.name(), tensor.dataType(),
					spec.dataType()));
		}
		Shape shape = tensor.shape();
		if (!spec.shape().accepts(shape)) {
			throw new InvalidInput(
					"input \"%s\": shape %s does not match %s".formatted(spec.name(), shape, spec.shape()));
		}
	}

	private String describeInputs() {
		return Quoted.list(allInputs().stream()
			.map(spec -> "%s %s%s%s".formatted(Quoted.name(spec.name()), spec.dataType(), spec.shape(),
					isOptional(spec.name()) ? " (optional)" : ""))
			.toList());
	}

}
