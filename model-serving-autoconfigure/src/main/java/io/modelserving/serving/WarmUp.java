package io.modelserving.serving;

import java.util.List;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.BatchAdapter;
import io.modelserving.batching.Padding;
import io.modelserving.batching.TensorBatching;
import io.modelserving.model.Model;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Workspace;

/**
 * Runs a model before it takes requests: on each sample alone, then in batches of growing
 * size, if there can be batches. What memory that took is given back.
 */
final class WarmUp {

	private final Model model;

	private final WarmUpSettings settings;

	private final BatchingSettings batching;

	private final Padding padding;

	private final LongSupplier nanoTime;

	private final LongSupplier runTime;

	/**
	 * Create a warm-up.
	 * @param nanoTime the clock that the timeout goes by
	 * @param runTime the clock by which runs are timed, read by the thread that runs them
	 */
	WarmUp(Model model, WarmUpSettings settings, BatchingSettings batching, Padding padding, LongSupplier nanoTime,
			LongSupplier runTime) {
		this.model = model;
		this.settings = settings;
		this.batching = batching;
		this.padding = padding;
		this.nanoTime = nanoTime;
		this.runTime = runTime;
	}

	/**
	 * Warm up.
	 * @return what was found out
	 * @throws ModelLoadException if the model does not run on the samples, or not in time
	 */
	Findings run() {
		long end = this.nanoTime.getAsLong() + this.settings.timeout().toNanos();
		SampleRows source = new SampleRows(this.model, this.padding);
		List<NamedTensors> samples = this.settings.enabled() ? source.runnable(this.settings.samples())
				: source.unproven();
		BatchingPlan plan = BatchPlanner.plan(facts(source, samples, end), this.batching);
		NamedTensors example = exampleOf(samples.get(0));
		if (this.settings.enabled()) {
			// batches that were only tried may have been large
			Workspace workspace = new Workspace();
			this.model.runAndRelease(example.toDirect(workspace), workspace);
		}
		return new Findings(plan, example);
	}

	private BatchFacts facts(SampleRows source, List<NamedTensors> samples, long end) {
		String obstacle = obstacle();
		if (!this.settings.enabled()) {
			return BatchFacts.none(obstacle);
		}
		if (obstacle != null) {
			List<NamedTensors> example = List.of(exampleOf(samples.get(0)));
			return new BatchExperiment(this.model, TensorBatching.wholeRequests(), this.batching, example,
					this.nanoTime, this.runTime)
				.alone(obstacle);
		}
		BatchAdapter<NamedTensors, NamedTensors> adapter = TensorBatching.byRows(this.padding);
		List<NamedTensors> rows = source.rows(samples, adapter);
		if (rows.size() < 2) {
			return BatchFacts.none("there is one sample row only; with two or more in warm-up.samples, it can be shown "
					+ "that a row gets the same answer in a batch as alone");
		}
		return new BatchExperiment(this.model, adapter, this.batching, rows, this.nanoTime, this.runTime).run(end,
				this.settings.timeout());
	}

	private @Nullable String obstacle() {
		ModelSignature signature = this.model.signature();
		if (!signature.allowsBatches()) {
			return "the first dimension of an input or output is not dynamic: %s -> %s".formatted(signature.inputs(),
					signature.outputs());
		}
		Integer limit = this.batching.maxBatchSize();
		return (limit != null && limit == 1) ? "max-batch-size is 1" : null;
	}

	private NamedTensors exampleOf(NamedTensors sample) {
		return this.model.signature().allowsBatches() ? sample.slice(0, 1) : sample;
	}

	/**
	 * What warming up found out.
	 *
	 * @param plan how calls are to share batches
	 * @param example inputs that the model has run on
	 */
	record Findings(BatchingPlan plan, NamedTensors example) {
	}

}
