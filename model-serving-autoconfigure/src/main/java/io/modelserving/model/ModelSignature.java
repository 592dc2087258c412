package io.modelserving.model;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

/**
 * The inputs that a model takes and the outputs that it gives. Immutable.
 *
 * @param inputs the inputs, in the model's order; all are required
 * @param outputs the outputs, in the model's order
 */
public record ModelSignature(List<TensorSpec> inputs, List<TensorSpec> outputs) {

	public ModelSignature {
		inputs = List.copyOf(inputs);
		outputs = List.copyOf(outputs);
	}

	/**
	 * Return whether the first dimension of everything can be a batch. It says what the
	 * signature allows, not that rows are independent of each other.
	 * @return {@code true} if every input and output has a dynamic first dimension
	 */
	public boolean allowsBatches() {
		return !this.inputs.isEmpty() && this.inputs.stream().allMatch(TensorSpec::hasDynamicRows)
				&& this.outputs.stream().allMatch(TensorSpec::hasDynamicRows);
	}

	public List<String> outputNames() {
		return this.outputs.stream().map(TensorSpec::name).toList();
	}

	/**
	 * Check that the model can take some tensors.
	 * @param tensors the tensors
	 * @throws InvalidInput if one is missing, unknown, or of the wrong type or shape, or
	 * if dimensions of one symbolic name differ; the message says what would be right
	 */
	public void check(NamedTensors tensors) {
		checkNames(tensors.names());
		Map<String, Dimension> dimensions = new HashMap<>();
		for (TensorSpec spec : this.inputs) {
			check(spec, tensors.get(spec.name()), dimensions);
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
		if (!unknown.isEmpty()) {
			throw new InvalidInput(
					"unknown input %s; the model takes %s".formatted(quoted(unknown), describe(this.inputs)));
		}
		missing.removeAll(names);
		if (!missing.isEmpty()) {
			throw new InvalidInput(
					"missing input %s; the model takes %s".formatted(quoted(missing), describe(this.inputs)));
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

	private static void check(TensorSpec spec, Tensor tensor, Map<String, Dimension> dimensions) {
		if (tensor.dataType() != spec.dataType()) {
			throw new InvalidInput("input \"%s\": type %s does not match %s".formatted(spec.name(), tensor.dataType(),
					spec.dataType()));
		}
		Shape shape = tensor.shape();
		if (!spec.shape().accepts(shape)) {
			throw new InvalidInput(
					"input \"%s\": shape %s does not match %s".formatted(spec.name(), shape, spec.shape()));
		}
		for (int i = 0; i < shape.rank(); i++) {
			String symbol = spec.dimensionNames().get(i);
			if (!symbol.isEmpty()) {
				Dimension own = new Dimension(spec.name(), shape.dimension(i));
				Dimension other = dimensions.putIfAbsent(symbol, own);
				if (other != null && other.size() != own.size()) {
					throw new InvalidInput("input \"%s\": shape %s has %d for \"%s\", where input \"%s\" has %d"
						.formatted(spec.name(), shape, own.size(), symbol, other.input(), other.size()));
				}
			}
		}
	}

	private static String quoted(Set<String> names) {
		return names.stream().map(name -> '"' + name + '"').collect(Collectors.joining(", "));
	}

	private static String describe(List<TensorSpec> specs) {
		return specs.stream()
			.map(spec -> "\"%s\" %s%s".formatted(spec.name(), spec.dataType(), spec.shape()))
			.collect(Collectors.joining(", "));
	}

	private record Dimension(String input, long size) {
	}

}
