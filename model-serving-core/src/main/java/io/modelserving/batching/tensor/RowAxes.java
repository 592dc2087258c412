package io.modelserving.batching.tensor;

import java.util.List;
import java.util.Map;

import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Workspace;

/**
 * Which dimension of each tensor counts the rows of a batch: the first one, unless
 * another is named. Immutable.
 *
 * @param others the index of that dimension, of the tensors where it is not the first
 */
public record RowAxes(Map<String, Integer> others) {

	/** The first dimension of every tensor. */
	public static final RowAxes FIRST = new RowAxes(Map.of());

	public RowAxes {
		others = Map.copyOf(others);
	}

	public int of(String name) {
		return this.others.isEmpty() ? 0 : this.others.getOrDefault(name, 0);
	}

	/**
	 * Count the rows.
	 * @throws IllegalArgumentException if a tensor has none, or not as many as another
	 */
	int rows(NamedTensors tensors) {
		return tensors.rowCount(this::of);
	}

	NamedTensors slice(NamedTensors tensors, int from, int to) {
		return tensors.map((name, tensor) -> tensor.slice(of(name), from, to));
	}

	NamedTensors concatenate(List<NamedTensors> parts, Workspace workspace) {
		return NamedTensors.concatenate(parts, this::of, workspace);
	}

	NamedTensors concatenate(List<NamedTensors> parts) {
		return NamedTensors.concatenate(parts, this::of);
	}

}
