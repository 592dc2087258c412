package io.modelserving.tensor;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;

/**
 * The inputs or the outputs of one run of a model, by name, in order. Immutable.
 */
public final class NamedTensors {

	private final Map<String, Tensor> tensors;

	private NamedTensors(Map<String, Tensor> tensors) {
		this.tensors = Collections.unmodifiableMap(tensors);
	}

	public static NamedTensors of(String name, Tensor tensor) {
		return of(Map.of(name, tensor));
	}

	public static NamedTensors of(String name1, Tensor tensor1, String name2, Tensor tensor2) {
		Map<String, Tensor> tensors = new LinkedHashMap<>();
		tensors.put(name1, tensor1);
		tensors.put(name2, tensor2);
		return of(tensors);
	}

	public static NamedTensors of(Map<String, ? extends Tensor> tensors) {
		return new NamedTensors(new LinkedHashMap<>(tensors));
	}

	public Set<String> names() {
		return this.tensors.keySet();
	}

	public Map<String, Tensor> asMap() {
		return this.tensors;
	}

	public boolean contains(String name) {
		return this.tensors.containsKey(name);
	}

	/**
	 * Return the tensor of a name.
	 * @param name the name
	 * @return the tensor
	 * @throws IllegalArgumentException if there is none; the message lists the names
	 * there are
	 */
	public Tensor get(String name) {
		Tensor tensor = this.tensors.get(name);
		if (tensor == null) {
			throw new IllegalArgumentException("no tensor \"%s\"; there are %s".formatted(name, names()));
		}
		return tensor;
	}

	/**
	 * Return the tensor of numbers of a name.
	 * @param name the name
	 * @return the tensor
	 * @throws IllegalArgumentException if there is none, or it is of strings
	 */
	public NumericTensor numeric(String name) {
		if (get(name) instanceof NumericTensor tensor) {
			return tensor;
		}
		throw new IllegalArgumentException("tensor \"%s\" holds strings, not numbers".formatted(name));
	}

	/**
	 * Return the tensor of strings of a name.
	 * @param name the name
	 * @return the tensor
	 * @throws IllegalArgumentException if there is none, or it is of numbers
	 */
	public StringTensor strings(String name) {
		if (get(name) instanceof StringTensor tensor) {
			return tensor;
		}
		throw new IllegalArgumentException("tensor \"%s\" holds %s, not strings".formatted(name, get(name)));
	}

	/**
	 * Return the first dimension that all tensors share.
	 * @return the number of rows
	 * @throws IllegalArgumentException if a tensor is a scalar, or the first dimensions
	 * differ, or there is no tensor
	 */
	public int rowCount() {
		return rowCount(name -> 0);
	}

	/**
	 * Return the size that all tensors share along a dimension that each has of its own.
	 * @param axes gives the index of the dimension, by the name of the tensor
	 * @return the number of rows
	 * @throws IllegalArgumentException if a tensor has no such dimension, or the sizes
	 * differ, or there is no tensor
	 */
	public int rowCount(ToIntFunction<String> axes) {
		int rows = -1;
		for (Map.Entry<String, Tensor> entry : this.tensors.entrySet()) {
			Shape shape = entry.getValue().shape();
			int axis = axes.applyAsInt(entry.getKey());
			if (shape.rank() <= axis) {
				throw new IllegalArgumentException(
						(shape.rank() == 0) ? "tensor \"%s\" is a scalar and has no rows".formatted(entry.getKey())
								: "tensor \"%s\" of the shape %s has no rows in dimension %d".formatted(entry.getKey(),
										shape, axis));
			}
			int own = Math.toIntExact(shape.dimension(axis));
			if (rows >= 0 && rows != own) {
				throw new IllegalArgumentException("tensor \"%s\" has %d rows where the tensors before it have %d"
					.formatted(entry.getKey(), own, rows));
			}
			rows = own;
		}
		if (rows < 0) {
			throw new IllegalArgumentException("there are no tensors, so no rows");
		}
		return rows;
	}

	/**
	 * Return some of the rows of every tensor, without copying them.
	 * @param from the first row
	 * @param to the row after the last
	 * @return tensors that share this one's memory
	 */
	public NamedTensors slice(int from, int to) {
		return map((name, tensor) -> tensor.slice(from, to));
	}

	/**
	 * Return the tensors of some names.
	 * @param names the names, in the order wanted
	 * @return those tensors
	 * @throws IllegalArgumentException if there is no tensor of one of the names
	 */
	public NamedTensors select(List<String> names) {
		Map<String, Tensor> selected = new LinkedHashMap<>();
		names.forEach(name -> selected.put(name, get(name)));
		return of(selected);
	}

	/**
	 * Replace every tensor.
	 * @param function gives the new tensor of a name and the old tensor
	 * @return the new tensors, under the same names
	 */
	public NamedTensors map(BiFunction<String, Tensor, Tensor> function) {
		Map<String, Tensor> mapped = new LinkedHashMap<>();
		this.tensors.forEach((name, tensor) -> mapped.put(name, Objects.requireNonNull(function.apply(name, tensor))));
		return of(mapped);
	}

	/**
	 * Put numbers where native code can read them.
	 * @param workspace where those go that are not there yet
	 * @return tensors of the same content, the numeric ones direct; valid until the
	 * workspace is used again
	 */
	public NamedTensors toDirect(Workspace workspace) {
		return map((name, tensor) -> {
			if (tensor instanceof NumericTensor numeric && !numeric.isDirect()) {
				ByteBuffer target = workspace.buffer(name, numeric.data().remaining());
				return Tensor.of(numeric.dataType(), numeric.shape(), target.put(numeric.data()).flip());
			}
			return tensor;
		});
	}

	/**
	 * Put the rows of several sets of tensors one after the other.
	 * @param parts the parts, with the same names and types, and the same shapes but for
	 * the first dimension
	 * @param workspace where the numeric results go; they are direct
	 * @return the concatenation, valid until the workspace is used again
	 * @throws IllegalArgumentException if the parts do not fit together
	 */
	public static NamedTensors concatenate(List<NamedTensors> parts, Workspace workspace) {
		return concatenate(parts, name -> 0, workspace);
	}

	/**
	 * Join several sets of tensors, each tensor along a dimension of its own.
	 * @param parts the parts, with the same names and types, and the same shapes but for
	 * that dimension
	 * @param axes gives the index of the dimension, by the name of the tensor
	 * @param workspace where the numeric results go; they are direct
	 * @return the concatenation, valid until the workspace is used again
	 * @throws IllegalArgumentException if the parts do not fit together
	 */
	public static NamedTensors concatenate(List<NamedTensors> parts, ToIntFunction<String> axes, Workspace workspace) {
		return concatenate(parts, (name, tensors) -> Concatenation.of(name, tensors, axes.applyAsInt(name),
				(type, elements) -> workspace.buffer(name, Math.toIntExact(elements * type.elementBytes()))));
	}

	/**
	 * Put the rows of several sets of tensors one after the other, in memory of their
	 * own.
	 * @param parts the parts, as in {@link #concatenate(List, Workspace)}
	 * @return the concatenation
	 */
	public static NamedTensors concatenate(List<NamedTensors> parts) {
		return concatenate(parts, name -> 0);
	}

	/**
	 * Join several sets of tensors, each along a dimension of its own, in memory of their
	 * own.
	 * @param parts the parts, as in {@link #concatenate(List, ToIntFunction, Workspace)}
	 * @param axes gives the index of the dimension, by the name of the tensor
	 * @return the concatenation
	 */
	public static NamedTensors concatenate(List<NamedTensors> parts, ToIntFunction<String> axes) {
		return concatenate(parts, (name, tensors) -> Concatenation.of(name, tensors, axes.applyAsInt(name),
				(type, elements) -> NumericTensor.heapBuffer(type, Math.toIntExact(elements))));
	}

	private static NamedTensors concatenate(List<NamedTensors> parts,
			BiFunction<String, List<Tensor>, Tensor> concatenation) {
		NamedTensors first = parts.get(0);
		for (NamedTensors part : parts) {
			if (!part.names().equals(first.names())) {
				throw new IllegalArgumentException(
						"tensors %s and tensors %s do not fit together".formatted(first.names(), part.names()));
			}
		}
		return first
			.map((name, tensor) -> concatenation.apply(name, parts.stream().map(part -> part.get(name)).toList()));
	}

	@Override
	public String toString() {
		return this.tensors.toString();
	}

}
