package io.modelserving.serving;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

import io.modelserving.batching.BatchAdapter;
import io.modelserving.model.InferenceException;
import io.modelserving.model.Model;
import io.modelserving.model.ModelLoadException;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Workspace;

/**
 * Runs a further session of a model that serves already, before it takes calls: on the
 * example alone, and in batches of growing size as far as they are used. Nothing is
 * measured, as other sessions are at work meanwhile.
 */
final class SessionWarmUp {

	private final BatchAdapter<NamedTensors, NamedTensors> adapter;

	private final ModelDetails details;

	SessionWarmUp(BatchAdapter<NamedTensors, NamedTensors> adapter, ModelDetails details) {
		this.adapter = adapter;
		this.details = details;
	}

	/**
	 * Run a session.
	 * @throws ModelLoadException if it does not run
	 */
	void run(Model session) {
		Workspace workspace = new Workspace();
		int limit = this.details.plan().maxBatchSize();
		try {
			IntStream.concat(IntStream.iterate(1, rows -> rows < limit, rows -> rows * 2), IntStream.of(limit))
				.mapToObj(rows -> Collections.nCopies(rows, this.details.example()))
				.forEach(batch -> run(session, batch, workspace));
		}
		catch (InferenceException | IllegalStateException ex) {
			throw new ModelLoadException("a further instance does not run: " + ex.getMessage() + ".",
					"Keep the number of instances, or give the process more memory.", true, ex);
		}
	}

	private void run(Model session, List<NamedTensors> batch, Workspace workspace) {
		this.adapter.scatter(session.run(this.adapter.merge(batch, workspace), workspace), batch);
	}

}
