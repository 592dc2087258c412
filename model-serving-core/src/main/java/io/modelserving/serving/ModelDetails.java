package io.modelserving.serving;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.ModelMetadata;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.graph.GraphAnalysis;
import io.modelserving.model.graph.RowIndependence;
import io.modelserving.tensor.NamedTensors;

/**
 * What loading and warming up a model found out.
 *
 * @param signature the inputs and outputs
 * @param metadata what the file says about itself
 * @param analysis what the graph of the model says
 * @param instances how many batches run at once
 * @param intraOpThreads the threads that share the work of one operator
 * @param plan how calls share batches, and why
 * @param independentRows whether the first dimension of each input and output counts rows
 * that are independent, unless the graph says otherwise
 * @param example inputs that the model has run on, or {@code null} if none are known
 * @param warnings what the operator should know, each in a sentence about the model
 * @param nonFiniteOutputs the outputs that were not finite numbers for given samples
 * @param loadTime how long loading took
 * @param warmUpTime how long warming up took
 * @param fileBytes the size of the model's files, or 0 if it is not known
 */
public record ModelDetails(ModelSignature signature, ModelMetadata metadata, GraphAnalysis analysis, int instances,
		int intraOpThreads, BatchingPlan plan, boolean independentRows, @Nullable NamedTensors example,
		List<String> warnings, Set<String> nonFiniteOutputs, Duration loadTime, Duration warmUpTime, long fileBytes) {

	public ModelDetails {
		warnings = List.copyOf(warnings);
		nonFiniteOutputs = Set.copyOf(nonFiniteOutputs);
	}

	/**
	 * Create details of a model whose files are not known.
	 */
	public ModelDetails(ModelSignature signature, ModelMetadata metadata, GraphAnalysis analysis, int instances,
			int intraOpThreads, BatchingPlan plan, boolean independentRows, @Nullable NamedTensors example,
			List<String> warnings, Set<String> nonFiniteOutputs, Duration loadTime, Duration warmUpTime) {
		this(signature, metadata, analysis, instances, intraOpThreads, plan, independentRows, example, warnings,
				nonFiniteOutputs, loadTime, warmUpTime, 0);
	}

	/**
	 * Create details of a model whose graph is not known.
	 */
	public ModelDetails(ModelSignature signature, ModelMetadata metadata, int instances, int intraOpThreads,
			BatchingPlan plan, @Nullable NamedTensors example, Duration loadTime, Duration warmUpTime) {
		this(signature, metadata, GraphAnalysis.unknown("the graph was not read"), instances, intraOpThreads, plan,
				signature.allowsBatches(), example, List.of(), Set.of(), loadTime, warmUpTime);
	}

	/**
	 * Return whether the first dimension of each input and output counts rows: not where
	 * the graph shows that it does not, or, if the model is served unbatched, that rows
	 * are not independent.
	 * @return whether it does, as far as is known
	 */
	public boolean hasRows() {
		return (this.plan.batched() && !(this.analysis.rowIndependence() instanceof RowIndependence.Proven))
				? this.signature.allowsBatches() : this.independentRows;
	}

	/**
	 * Return these details of a model whose calls share no batches any more.
	 * @param reason why
	 */
	public ModelDetails unbatched(String reason) {
		BatchingPlan alone = new BatchingPlan(false, 1, "a run has shown that calls cannot share batches: " + reason,
				this.plan.verification(), this.plan.costCurve());
		return new ModelDetails(this.signature, this.metadata, this.analysis, this.instances, this.intraOpThreads,
				alone, this.independentRows, this.example, this.warnings, this.nonFiniteOutputs, this.loadTime,
				this.warmUpTime, this.fileBytes);
	}

}
