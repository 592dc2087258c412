package io.modelserving.serving.warmup;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.BatchAdapter;
import io.modelserving.model.InferenceException;
import io.modelserving.model.Model;
import io.modelserving.model.ModelLoadException;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Workspace;

/**
 * Runs a session of a model, before it takes calls: on the example alone, and in batches
 * of growing size as far as they are used. Nothing is measured: that has been done, and
 * other sessions may be at work meanwhile.
 */
public final class SessionWarmUp {

	private final BatchAdapter<NamedTensors, NamedTensors> adapter;

	private final int maxBatchSize;

	private final @Nullable NamedTensors example;

	/**
	 * Create a warm-up.
	 * @param example inputs on which the model runs, or {@code null} if none are known:
	 * sessions are not run then
	 */
	public SessionWarmUp(BatchAdapter<NamedTensors, NamedTensors> adapter, int maxBatchSize,
			@Nullable NamedTensors example) {
		this.adapter = adapter;
		this.maxBatchSize = maxBatchSize;
		this.example = example;
	}

	/**
	 * Run a session.
	 * @throws ModelLoadException if it does not run
	 */
	public void run(Model session) {
		NamedTensors inputs = this.example;
		if (inputs == null) {
			return;
		}
		Workspace workspace = new Workspace();
		int limit = this.maxBatchSize;
		try {
			IntStream.concat(IntStream.iterate(1, rows -> rows < limit, rows -> rows * 2), IntStream.of(limit))
				.mapToObj(rows -> Collections.nCopies(rows, inputs))
				.forEach(batch -> run(session, batch, workspace));
		}
		catch (InferenceException | IllegalStateException | OutOfMemoryError ex) {
			throw new ModelLoadException("an instance does not run: " + ex.getMessage() + ".",
					"Keep the number of instances, or give the process more memory.", false, ex);
		}
	}

	private void run(Model session, List<NamedTensors> batch, Workspace workspace) {
		this.adapter.scatter(session.run(this.adapter.merge(batch, workspace), workspace), batch);
	}

}
