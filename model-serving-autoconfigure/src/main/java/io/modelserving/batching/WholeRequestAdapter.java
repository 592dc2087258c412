package io.modelserving.batching;

import java.util.List;

import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Workspace;

/**
 * Runs every call alone and as it came, for models whose first dimension is not a batch:
 * a call counts as one row, whatever its shape.
 */
final class WholeRequestAdapter implements BatchAdapter<NamedTensors, NamedTensors> {

	@Override
	public int rows(NamedTensors input) {
		return 1;
	}

	@Override
	public Object group(NamedTensors input) {
		return "";
	}

	@Override
	public NamedTensors slice(NamedTensors input, int from, int to) {
		return input;
	}

	@Override
	public NamedTensors merge(List<NamedTensors> inputs, Workspace workspace) {
		return inputs.get(0).toDirect(workspace);
	}

	@Override
	public List<NamedTensors> scatter(NamedTensors output, List<NamedTensors> inputs) {
		return List.of(output);
	}

	@Override
	public NamedTensors join(List<NamedTensors> outputs) {
		return outputs.get(0);
	}

}
