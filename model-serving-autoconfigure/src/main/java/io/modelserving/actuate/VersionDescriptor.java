package io.modelserving.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.ModelMetadata;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.ModelStatus;
import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.serving.statistics.ModelStatistics;
import io.modelserving.tensor.TensorSpec;

/**
 * One version of a model.
 *
 * @param version the version
 * @param state the state
 * @param reason why, empty where the state says all
 * @param since the time of the change to this state
 * @param required whether the application counts as ready only with it
 * @param enabled whether it takes calls, where its state allows it
 * @param location where it comes from
 * @param queue what waits and runs at the moment
 * @param instances how many instances there are and what they do, or {@code null} if it
 * does not serve
 * @param limits by what limits it batches at the moment, or {@code null} if it does not
 * serve
 * @param objective what it does to meet its objective, or {@code null} if it has none
 * @param sequences the sequences whose state it keeps, or {@code null} if it keeps none
 * @param cache what its response cache holds and does, or {@code null} if it has none
 * @param statistics what has happened to its calls
 * @param loaded what loading and warming up found out, or {@code null} if it was never
 * ready
 */
record VersionDescriptor(long version, String state, String reason, Instant since, boolean required, boolean enabled,
		String location, QueueDescriptor queue, @Nullable InstancesDescriptor instances,
		@Nullable LimitsDescriptor limits, @Nullable ObjectiveDescriptor objective,
		@Nullable SequencesDescriptor sequences, @Nullable CacheDescriptor cache, StatisticsDescriptor statistics,
		@Nullable Loaded loaded) {

	static VersionDescriptor of(ModelSnapshot model, ModelStatistics statistics, @Nullable BatchingLimits limits) {
		ModelStatus status = model.status();
		ModelDetails details = model.details();
		return new VersionDescriptor(status.key().version(), status.state().name(), status.reason(), status.since(),
				status.required(), status.enabled(), model.location(), QueueDescriptor.of(model.batcher(), statistics),
				InstancesDescriptor.of(model), (limits != null) ? LimitsDescriptor.of(limits) : null,
				ObjectiveDescriptor.of(model.batcher().objective()), SequencesDescriptor.of(model.sequences()),
				CacheDescriptor.of(model.cache()), StatisticsDescriptor.of(statistics),
				(details != null) ? Loaded.of(details) : null);
	}

	/**
	 * What loading and warming up found out.
	 *
	 * @param inputs the inputs
	 * @param outputs the outputs
	 * @param metadata what the file says about itself
	 * @param instances how many batches run at once
	 * @param intraOpThreads the threads that share the work of one operator
	 * @param graph what the graph says, without running it
	 * @param batching how calls share batches, and why
	 * @param warnings what the operator should know
	 * @param loadTime how long loading took
	 * @param warmUpTime how long warming up took
	 */
	record Loaded(List<Tensor> inputs, List<Tensor> outputs, ModelMetadata metadata, int instances, int intraOpThreads,
			GraphDescriptor graph, BatchingDescriptor batching, List<String> warnings, Duration loadTime,
			Duration warmUpTime) {

		static Loaded of(ModelDetails details) {
			return new Loaded(Tensor.inputs(details.signature()), Tensor.outputs(details.signature()),
					details.metadata(), details.instances(), details.intraOpThreads(),
					GraphDescriptor.of(details.analysis()), BatchingDescriptor.of(details.plan()), details.warnings(),
					details.loadTime(), details.warmUpTime());
		}

	}

	/**
	 * An input or output.
	 *
	 * @param name the name
	 * @param dataType the element type
	 * @param shape the shape, -1 where a dimension may be of any size; -1 alone where the
	 * rank is not known
	 * @param dimensionNames the symbolic names of the dimensions, empty where there is
	 * none
	 * @param optional whether a call may leave the input out
	 */
	record Tensor(String name, String dataType, List<Long> shape, List<String> dimensionNames, boolean optional) {

		static List<Tensor> inputs(ModelSignature signature) {
			return signature.allInputs().stream().map((spec) -> of(spec, signature.isOptional(spec.name()))).toList();
		}

		static List<Tensor> outputs(ModelSignature signature) {
			return signature.outputs().stream().map((spec) -> of(spec, false)).toList();
		}

		private static Tensor of(TensorSpec spec, boolean optional) {
			return new Tensor(spec.name(), spec.dataType().name(),
					Arrays.stream(spec.shape().toArray()).boxed().toList(), spec.dimensionNames(), optional);
		}

	}

}
