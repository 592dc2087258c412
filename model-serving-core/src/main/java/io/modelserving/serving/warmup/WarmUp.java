package io.modelserving.serving.warmup;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.BatchingPlan;
import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.WarmUpSettings;
import io.modelserving.batching.BatchAdapter;
import io.modelserving.batching.DeadlineTimer;
import io.modelserving.batching.tensor.Padding;
import io.modelserving.batching.tensor.TensorBatching;
import io.modelserving.model.InferenceException;
import io.modelserving.model.Model;
import io.modelserving.model.InvalidModelException;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.graph.RowIndependence;
import io.modelserving.model.graph.GraphAnalysis;
import io.modelserving.sequence.SequenceSettings;
import io.modelserving.sequence.SequenceStates;
import io.modelserving.serving.BatchingSettings.Verification;
import io.modelserving.serving.warmup.SampleRows.Inputs;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Workspace;

/**
 * Runs a model before it takes requests: on each sample as it is, then in batches of
 * growing size, if there can be batches. The memory that this took is released. Where no
 * inputs are known on which the model runs, it has not been warmed up, which is a warning
 * and no failure.
 */
public final class WarmUp {

	private final Model model;

	private final GraphAnalysis analysis;

	private final WarmUpSettings settings;

	private final BatchingSettings batching;

	private final Padding padding;

	private final LongSupplier nanoTime;

	private final LongSupplier runTime;

	private final DeadlineTimer timer;

	private final SampleRows source;

	private final BatchAdapter<NamedTensors, NamedTensors> adapter;

	private final List<String> warnings = new ArrayList<>();

	/**
	 * Create a warm-up.
	 * @param analysis what the graph of the model says
	 * @param nanoTime the clock of the timeout
	 * @param runTime the clock by which runs are timed, read by the thread that runs them
	 * @param timer terminates runs that take longer
	 */
	public WarmUp(Model model, GraphAnalysis analysis, WarmUpSettings settings, BatchingSettings batching,
			Padding padding, LongSupplier nanoTime, LongSupplier runTime, DeadlineTimer timer) {
		this.model = model;
		this.analysis = analysis;
		this.settings = settings;
		this.batching = batching;
		this.padding = padding;
		this.nanoTime = nanoTime;
		this.runTime = runTime;
		this.timer = timer;
		this.source = new SampleRows(model, padding, analysis, timer, nanoTime);
		this.adapter = TensorBatching.byRows(BatchPlanner.axes(model.signature(), analysis), padding, Set.of());
	}

	/**
	 * Return how a model is to be warmed up. Samples leave the states of sequences out,
	 * as callers do; they begin a sequence.
	 * @param analysis what its graph says
	 */
	public static WarmUpSettings settings(ModelDefinition definition, GraphAnalysis analysis) {
		WarmUpSettings settings = definition.warmUp();
		SequenceSettings sequences = definition.sequences();
		return (sequences == null) ? settings : new WarmUpSettings(settings.enabled(), signature -> {
			SequenceStates states = SequenceStates.of(signature, analysis, sequences);
			return settings.samples().read(states.callers()).stream().map(states::begin).toList();
		}, settings.timeout());
	}

	/**
	 * Find inputs on which the model runs, without measuring anything.
	 * @return the inputs
	 * @throws ModelLoadException if the model does not run on a given sample, or its
	 * result is rejected
	 */
	public Inputs find() {
		if (!this.settings.enabled()) {
			return this.source.untried();
		}
		Inputs inputs = this.source.find(this.settings.samples(), end());
		if (inputs.failure() != null) {
			this.warnings.add(
					"it was not warmed up and is served unbatched unless that is configured, since it does not run on generated inputs (%s); give inputs in %s.warm-up.samples"
						.formatted(inputs.failure(), "model-serving.models." + ModelLoadException.MODEL_NAME));
		}
		if (!inputs.nonFinite().isEmpty()) {
			String problem = "numbers that are not finite (NaN or infinite) in the outputs %s for inputs of warm-up.samples"
				.formatted(inputs.nonFinite());
			if (this.batching.verification() == Verification.FAIL) {
				throw new InvalidModelException("the model gives " + problem,
						"Correct the model, its precision for instance, or the samples, or set batching.verify to unbatch.",
						false, null);
			}
			this.warnings.add("it gives " + problem);
		}
		return inputs;
	}

	private long end() {
		return this.nanoTime.getAsLong() + this.settings.timeout().toNanos();
	}

	/**
	 * Warm up, and measure.
	 * @param inputs what {@link #find()} has found
	 * @return what was found out
	 * @throws ModelLoadException if the application rejects such a model
	 */
	public Findings measure(Inputs inputs) {
		long end = end();
		String obstacle = BatchPlanner.obstacle(this.model.signature(), this.analysis, this.batching,
				this.settings.enabled());
		List<NamedTensors> rows = (obstacle == null) ? this.source.rows(inputs, this.adapter, end) : List.of();
		obstacle = (obstacle != null) ? obstacle : obstacle(inputs, rows);
		BatchFacts facts = facts(inputs, rows, obstacle, end);
		if (facts.difference() != null) {
			warn(facts.difference());
		}
		BatchingPlan plan = BatchPlanner.plan(facts, this.batching);
		if (facts.limit() != null && this.batching.maxBatchSize() != null) {
			this.warnings.add(facts.limit());
		}
		NamedTensors example = example(inputs, rows, plan);
		release(example);
		return new Findings(plan, example, List.copyOf(this.warnings), inputs.nonFinite());
	}

	/**
	 * Return single rows of inputs.
	 * @return the rows; empty if the signature gives the inputs none, or they have none
	 */
	public List<NamedTensors> rows(Inputs inputs) {
		boolean rows = this.model.signature().allowsBatches()
				|| !BatchPlanner.axes(this.model.signature(), this.analysis).others().isEmpty();
		return rows ? this.source.rows(inputs, this.adapter, end()) : List.of();
	}

	/**
	 * Return how such rows share a batch, if they may.
	 */
	public BatchAdapter<NamedTensors, NamedTensors> byRows() {
		return this.adapter;
	}

	private @Nullable String obstacle(Inputs inputs, List<NamedTensors> rows) {
		boolean proven = this.analysis.rowIndependence() instanceof RowIndependence.Proven;
		boolean believed = this.batching.maxBatchSize() != null
				&& (proven || this.batching.verification() == Verification.OFF);
		if (inputs.failure() != null) {
			return believed ? null
					: "no inputs are known on which the model runs (%s), so nothing is known of batches; give warm-up.samples"
						.formatted(inputs.failure());
		}
		if (!this.settings.enabled()) {
			return null;
		}
		if (rows.isEmpty()) {
			return "the inputs of a sample have no rows in common";
		}
		if (rows.size() < 2 && !proven && HostileRows.like(rows).stream().noneMatch(this::runs)) {
			return "there is one sample row only; with two or more in warm-up.samples, it can be tested whether a row "
					+ "gets the same result in a batch as alone";
		}
		return null;
	}

	private boolean runs(NamedTensors row) {
		try {
			new LimitedRuns(this.model, this.timer, this.nanoTime).run(row, end());
			return true;
		}
		catch (InferenceException ex) {
			return false;
		}
	}

	private BatchFacts facts(Inputs inputs, List<NamedTensors> rows, @Nullable String obstacle, long end) {
		if (!this.settings.enabled() || inputs.failure() != null) {
			return BatchFacts.none(obstacle);
		}
		if (obstacle != null) {
			return experiment(TensorBatching.wholeRequests(), inputs.tensors().subList(0, 1)).alone(obstacle, end);
		}
		boolean proven = this.analysis.rowIndependence() instanceof RowIndependence.Proven;
		List<NamedTensors> hostile = proven ? List.of() : HostileRows.like(rows);
		return experiment(this.adapter, rows).run(hostile, end, this.settings.timeout());
	}

	private BatchExperiment experiment(BatchAdapter<NamedTensors, NamedTensors> adapter, List<NamedTensors> rows) {
		return new BatchExperiment(this.model, adapter, this.batching, rows, this.nanoTime, this.runTime, this.timer);
	}

	private void warn(String difference) {
		if (this.analysis.rowIndependence() instanceof RowIndependence.Proven) {
			this.warnings.add("by its graph rows are independent, and yet " + difference);
		}
		else if (this.batching.verification() == Verification.WARN) {
			this.warnings.add("it is batched as batching.verify says, and yet " + difference);
		}
	}

	private static @Nullable NamedTensors example(Inputs inputs, List<NamedTensors> rows, BatchingPlan plan) {
		if (plan.batched() && !rows.isEmpty()) {
			return rows.get(0);
		}
		return inputs.tensors().isEmpty() ? null : inputs.tensors().get(0);
	}

	private void release(@Nullable NamedTensors example) {
		if (this.settings.enabled() && example != null) {
			// batches that were only tried may have been large
			Workspace workspace = new Workspace();
			try {
				this.model.runAndRelease(example.toDirect(workspace), workspace);
			}
			catch (InferenceException | OutOfMemoryError ex) {
				this.warnings.add("it has run on an example and now does not: " + ex.getMessage());
			}
		}
	}

	/**
	 * What warming up found out.
	 *
	 * @param plan how calls are to share batches
	 * @param example inputs that the model has run on, or {@code null} if none are known
	 * @param warnings what the operator should know
	 * @param nonFinite the outputs that were not finite numbers for given samples
	 */
	public record Findings(BatchingPlan plan, @Nullable NamedTensors example, List<String> warnings,
			Set<String> nonFinite) {
	}

}
