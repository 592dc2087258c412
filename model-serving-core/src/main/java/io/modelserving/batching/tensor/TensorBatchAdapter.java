package io.modelserving.batching.tensor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.BatchAdapter;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.Workspace;

/**
 * Batches tensors along the dimension of their rows, padding where that is configured.
 */
final class TensorBatchAdapter implements BatchAdapter<NamedTensors, NamedTensors> {

	private final RowAxes axes;

	private final Padding padding;

	TensorBatchAdapter(RowAxes axes, Padding padding) {
		this.axes = axes;
		this.padding = padding;
	}

	@Override
	public int rows(NamedTensors input) {
		try {
			return this.axes.rows(input);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidInput(Objects.requireNonNull(ex.getMessage()), ex);
		}
	}

	@Override
	public long bytes(NamedTensors input) {
		return TensorBatching.bytes(input);
	}

	@Override
	public Object group(NamedTensors input) {
		checkLengths(input);
		return RowShapes.of(input, this.axes, this.padding);
	}

	private void checkLengths(NamedTensors input) {
		this.padding.inputs().forEach((name, padded) -> {
			int length = length(input);
			Shape shape = input.get(name).shape();
			if (shape.dimension(padded.dimension()) != length) {
				throw new InvalidInput(
						"input \"%s\": the length %d of the shape %s differs from that of other inputs, %d"
							.formatted(name, shape.dimension(padded.dimension()), shape, length));
			}
		});
	}

	@Override
	public NamedTensors slice(NamedTensors input, int from, int to) {
		return this.axes.slice(input, from, to);
	}

	@Override
	public NamedTensors merge(List<NamedTensors> inputs, Workspace workspace) {
		if (this.padding.isNone()) {
			return (inputs.size() == 1) ? inputs.get(0).toDirect(workspace) : this.axes.concatenate(inputs, workspace);
		}
		int longest = 1;
		for (NamedTensors input : inputs) {
			longest = Math.max(longest, length(input));
		}
		int target = this.padding.lengthFor(longest);
		Map<String, Tensor> merged = new LinkedHashMap<>();
		for (String name : inputs.get(0).names()) {
			List<Tensor> parts = inputs.stream().map(input -> input.get(name)).toList();
			Padding.Input padded = this.padding.inputs().get(name);
			merged.put(name, (padded == null) ? concatenate(name, parts, workspace)
					: PaddedRows.concatenate(name, parts, padded.dimension(), target, padded.value(), workspace));
		}
		return NamedTensors.of(merged);
	}

	private static Tensor concatenate(String name, List<Tensor> parts, Workspace workspace) {
		return NamedTensors.concatenate(parts.stream().map(part -> NamedTensors.of(name, part)).toList(), workspace)
			.get(name);
	}

	@Override
	public @Nullable String mismatch(NamedTensors output, List<NamedTensors> inputs) {
		long expected = inputs.stream().mapToLong(this.axes::rows).sum();
		for (Map.Entry<String, Tensor> entry : output.asMap().entrySet()) {
			Shape shape = entry.getValue().shape();
			int axis = this.axes.of(entry.getKey());
			if (shape.rank() <= axis || shape.dimension(axis) != expected) {
				return "output \"%s\" has the shape %s for a batch of %d rows".formatted(entry.getKey(), shape,
						expected);
			}
		}
		return null;
	}

	@Override
	public List<NamedTensors> scatter(NamedTensors output, List<NamedTensors> inputs) {
		String mismatch = mismatch(output, inputs);
		if (mismatch != null) {
			throw new IllegalStateException(mismatch);
		}
		List<NamedTensors> results = new ArrayList<>(inputs.size());
		int from = 0;
		for (NamedTensors input : inputs) {
			int to = from + this.axes.rows(input);
			results.add(cutBack(this.axes.slice(output, from, to), input));
			from = to;
		}
		return results;
	}

	private NamedTensors cutBack(NamedTensors result, NamedTensors input) {
		if (this.padding.outputs().isEmpty()) {
			return result;
		}
		int length = length(input);
		return result.map((name, tensor) -> {
			Integer dimension = this.padding.outputs().get(name);
			return (dimension == null) ? tensor : PaddedRows.truncate(tensor, dimension, length);
		});
	}

	private int length(NamedTensors input) {
		Map.Entry<String, Padding.Input> any = this.padding.inputs().entrySet().iterator().next();
		return Math.toIntExact(input.get(any.getKey()).shape().dimension(any.getValue().dimension()));
	}

	@Override
	public NamedTensors join(List<NamedTensors> outputs) {
		return this.axes.concatenate(outputs);
	}

	@Override
	public boolean keeps(NamedTensors input) {
		return this.padding.isNone() || this.padding.lengthFor(Math.max(1, length(input))) == length(input);
	}

	@Override
	public BatchAdapter<NamedTensors, NamedTensors> alone() {
		return TensorBatching.wholeRequests();
	}

}
