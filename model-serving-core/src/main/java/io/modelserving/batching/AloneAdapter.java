package io.modelserving.batching;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.ToLongFunction;

import io.modelserving.tensor.Workspace;

/**
 * Runs each call alone, as one row whatever its size, and gives it the whole result.
 */
public final class AloneAdapter<I, O> implements BatchAdapter<I, O> {

	private final BiFunction<I, Workspace, I> preparation;

	private final ToLongFunction<I> bytes;

	/**
	 * Create an adapter.
	 * @param preparation makes a batch of a call
	 * @param bytes gives the memory that a call takes
	 */
	public AloneAdapter(BiFunction<I, Workspace, I> preparation, ToLongFunction<I> bytes) {
		this.preparation = preparation;
		this.bytes = bytes;
	}

	@Override
	public long bytes(I input) {
		return this.bytes.applyAsLong(input);
	}

	@Override
	public int rows(I input) {
		return 1;
	}

	@Override
	public Object group(I input) {
		return "";
	}

	@Override
	public I slice(I input, int from, int to) {
		return input;
	}

	@Override
	public I merge(List<I> inputs, Workspace workspace) {
		return this.preparation.apply(inputs.get(0), workspace);
	}

	@Override
	public List<O> scatter(O output, List<I> inputs) {
		return List.of(output);
	}

	@Override
	public O join(List<O> outputs) {
		return outputs.get(0);
	}

	@Override
	public BatchAdapter<I, O> alone() {
		return this;
	}

}
