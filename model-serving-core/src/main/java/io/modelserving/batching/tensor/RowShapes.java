package io.modelserving.batching.tensor;

import java.util.Arrays;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * What calls must have in common to share a batch: the names of their tensors, in any
 * order, and the shapes of a row, but for the dimensions that are padded. It keeps the
 * shapes of a call and nothing of its data.
 */
final class RowShapes {

	private final String[] names;

	private final Shape[] shapes;

	/** The dimension of the rows of each tensor. */
	private final int[] axes;

	/** The padded dimension of each tensor, or that of the rows where none is. */
	private final int[] padded;

	private final int hash;

	private RowShapes(String[] names, Shape[] shapes, int[] axes, int[] padded) {
		this.names = names;
		this.shapes = shapes;
		this.axes = axes;
		this.padded = padded;
		int sum = 0;
		for (int i = 0; i < names.length; i++) {
			sum += 31 * names[i].hashCode() + hash(shapes[i], axes[i], padded[i]);
		}
		this.hash = sum;
	}

	static RowShapes of(NamedTensors tensors, RowAxes rows, Padding padding) {
		Map<String, Tensor> all = tensors.asMap();
		String[] names = new String[all.size()];
		Shape[] shapes = new Shape[names.length];
		int[] axes = new int[names.length];
		int[] padded = new int[names.length];
		int i = 0;
		for (Map.Entry<String, Tensor> entry : all.entrySet()) {
			Padding.Input input = padding.isNone() ? null : padding.inputs().get(entry.getKey());
			names[i] = entry.getKey();
			shapes[i] = entry.getValue().shape();
			axes[i] = rows.of(entry.getKey());
			padded[i] = (input != null) ? input.dimension() : axes[i];
			i++;
		}
		return new RowShapes(names, shapes, axes, padded);
	}

	private static int hash(Shape shape, int axis, int padded) {
		int hash = 1;
		for (int i = 0; i < shape.rank(); i++) {
			hash = 31 * hash + ((i != axis && i != padded) ? Long.hashCode(shape.dimension(i)) : 0);
		}
		return hash;
	}

	@Override
	public boolean equals(@Nullable Object object) {
		if (!(object instanceof RowShapes other) || this.hash != other.hash
				|| this.names.length != other.names.length) {
			return false;
		}
		for (int i = 0; i < this.names.length; i++) {
			int index = this.names[i].equals(other.names[i]) ? i : Arrays.asList(other.names).indexOf(this.names[i]);
			if (index < 0 || this.padded[i] != other.padded[index]
					|| !sameRows(this.shapes[i], other.shapes[index], this.axes[i], this.padded[i])) {
				return false;
			}
		}
		return true;
	}

	private static boolean sameRows(Shape one, Shape other, int axis, int padded) {
		if (one.rank() != other.rank()) {
			return false;
		}
		for (int i = 0; i < one.rank(); i++) {
			if (i != axis && i != padded && one.dimension(i) != other.dimension(i)) {
				return false;
			}
		}
		return true;
	}

	@Override
	public int hashCode() {
		return this.hash;
	}

	@Override
	public String toString() {
		return Arrays.toString(this.names) + Arrays.toString(this.shapes);
	}

}
