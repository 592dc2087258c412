package io.modelserving.batching.tensor;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.BatchAdapter;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Workspace;

/**
 * Runs a call alone and as it is where it gives an optional input, which has no rows and
 * may differ from call to call; all other calls share batches.
 */
final class OptionalInputsAdapter implements BatchAdapter<NamedTensors, NamedTensors> {

	private final BatchAdapter<NamedTensors, NamedTensors> rows;

	private final BatchAdapter<NamedTensors, NamedTensors> whole = TensorBatching.wholeRequests();

	private final Set<String> optional;

	OptionalInputsAdapter(BatchAdapter<NamedTensors, NamedTensors> rows, Set<String> optional) {
		this.rows = rows;
		this.optional = Set.copyOf(optional);
	}

	private BatchAdapter<NamedTensors, NamedTensors> of(NamedTensors input) {
		return isWhole(input) ? this.whole : this.rows;
	}

	private boolean isWhole(NamedTensors input) {
		return this.optional.stream().anyMatch(input.names()::contains);
	}

	@Override
	public int rows(NamedTensors input) {
		return of(input).rows(input);
	}

	@Override
	public long bytes(NamedTensors input) {
		return this.rows.bytes(input);
	}

	@Override
	public Object group(NamedTensors input) {
		return isWhole(input) ? new Object() : this.rows.group(input);
	}

	@Override
	public NamedTensors slice(NamedTensors input, int from, int to) {
		return of(input).slice(input, from, to);
	}

	@Override
	public NamedTensors merge(List<NamedTensors> inputs, Workspace workspace) {
		return of(inputs.get(0)).merge(inputs, workspace);
	}

	@Override
	public @Nullable String mismatch(NamedTensors output, List<NamedTensors> inputs) {
		return of(inputs.get(0)).mismatch(output, inputs);
	}

	@Override
	public boolean keeps(NamedTensors input) {
		return of(input).keeps(input);
	}

	@Override
	public BatchAdapter<NamedTensors, NamedTensors> alone() {
		return this.whole;
	}

	@Override
	public List<NamedTensors> scatter(NamedTensors output, List<NamedTensors> inputs) {
		return of(inputs.get(0)).scatter(output, inputs);
	}

	@Override
	public NamedTensors join(List<NamedTensors> outputs) {
		// a call that runs as it is has one output
		return (outputs.size() == 1) ? outputs.get(0) : this.rows.join(outputs);
	}

}
