package io.modelserving.openinference;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.model.EnsembleStep;
import io.modelserving.model.ModelSignature;
import io.modelserving.sequence.SequenceStatus;
import io.modelserving.serving.BatchingLimits;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.tensor.TensorSpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * How a model is served, by the names that Triton's configuration has. What does not
 * apply is left out, since clients take the mere presence of some sections for a feature.
 * <p>
 * Tensors carry their batch dimension in the protocol whatever the configuration says,
 * but its {@code dims} leave that dimension out where {@code max_batch_size} is at least
 * 1.
 *
 * @param name the name
 * @param platform the format and the runtime
 * @param backend the runtime, left out if it is not known
 * @param maxBatchSize the most rows of a batch: 1 if each call of a model whose tensors
 * have rows runs alone, 0 if the tensors have no rows, or rows that the model mixes
 * @param input the inputs, in the model's order
 * @param output the outputs, in the model's order
 * @param instanceGroup how many batches run at once
 * @param dynamicBatching how calls share batches, or {@code null} if they do not, or the
 * model keeps the state of sequences
 * @param sequenceBatching how it does that, or {@code null} if it does not
 * @param ensembleScheduling the steps of an ensemble, or {@code null} for other models
 * @param responseCache whether results are kept, or {@code null} if they are not
 */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelConfigDescription(String name, String platform, @Nullable String backend, int maxBatchSize,
		List<Input> input, List<Output> output, List<InstanceGroup> instanceGroup,
		@Nullable DynamicBatching dynamicBatching, @Nullable SequenceBatching sequenceBatching,
		@Nullable EnsembleScheduling ensembleScheduling, @Nullable TransactionPolicy modelTransactionPolicy,
		@Nullable ResponseCache responseCache) {

	private static final String ONNX_PLATFORM = "onnx_onnxv1";

	public ModelConfigDescription {
		input = List.copyOf(input);
		output = List.copyOf(output);
		instanceGroup = List.copyOf(instanceGroup);
	}

	/**
	 * Describe how a model is served.
	 * @param snapshot the version of the model
	 * @param details what is known of it
	 * @param limits the limits of its batches at the moment, or {@code null} if it does
	 * not serve
	 * @return the description
	 */
	static ModelConfigDescription of(ModelSnapshot snapshot, ModelDetails details, @Nullable BatchingLimits limits) {
		String name = snapshot.key().name();
		String platform = details.metadata().platform();
		boolean rows = details.hasRows();
		SequenceStatus sequences = snapshot.sequences();
		int maxBatchSize = (limits != null) ? limits.maxBatchSize() : details.plan().maxBatchSize();
		return new ModelConfigDescription(name, platform, platform.equals(ONNX_PLATFORM) ? "onnxruntime" : null,
				rows ? Math.max(1, maxBatchSize) : 0, inputs(details.signature(), rows),
				details.signature().outputs().stream().map((spec) -> Output.of(spec, rows)).toList(),
				details.metadata().steps().isEmpty()
						? List.of(new InstanceGroup(name, instances(snapshot.batcher(), details), "KIND_AUTO"))
						: List.of(),
				(sequences == null && details.plan().batched() && maxBatchSize > 1) ? DynamicBatching.of(limits) : null,
				(sequences != null) ? SequenceBatching.of(sequences, rows, limits) : null,
				EnsembleScheduling.of(details.metadata().steps()),
				details.metadata().decoupled() ? new TransactionPolicy(true) : null,
				isCached(snapshot) ? new ResponseCache(true) : null);
	}

	private static boolean isCached(ModelSnapshot snapshot) {
		return snapshot.cache() != null && snapshot.cache().obstacle().isEmpty();
	}

	private static List<Input> inputs(ModelSignature signature, boolean rows) {
		return signature.allInputs().stream().map((spec) -> {
			boolean optional = signature.isOptional(spec.name());
			return Input.of(spec, rows && !optional, optional);
		}).toList();
	}

	private static int instances(BatcherSnapshot batcher, ModelDetails details) {
		return (batcher.instances() > 0) ? batcher.instances() : details.instances();
	}

	/**
	 * An input.
	 *
	 * @param name the name
	 * @param dataType the element type
	 * @param dims the dimensions, -1 where any size will do
	 * @param isShapeTensor never
	 * @param allowRaggedBatch never: rows of different length are padded
	 * @param optional whether the model has a default for it
	 */
	@JsonNaming(SnakeCaseStrategy.class)
	public record Input(String name, String dataType, List<Long> dims, boolean isShapeTensor, boolean allowRaggedBatch,
			boolean optional) {

		private static Input of(TensorSpec spec, boolean rows, boolean optional) {
			return new Input(spec.name(), ConfigTypes.name(spec.dataType()), ConfigTypes.dimensions(spec, rows), false,
					false, optional);
		}

	}

	/**
	 * An output.
	 *
	 * @param name the name
	 * @param dataType the element type
	 * @param dims the dimensions, as of an input
	 * @param isShapeTensor never
	 */
	@JsonNaming(SnakeCaseStrategy.class)
	public record Output(String name, String dataType, List<Long> dims, boolean isShapeTensor) {

		private static Output of(TensorSpec spec, boolean rows) {
			return new Output(spec.name(), ConfigTypes.name(spec.dataType()), ConfigTypes.dimensions(spec, rows),
					false);
		}

	}

	/**
	 * Instances that run batches side by side.
	 *
	 * @param name the name
	 * @param count how many there are
	 * @param kind the kind of device
	 */
	public record InstanceGroup(String name, int count, String kind) {
	}

	/**
	 * How calls share batches.
	 *
	 * @param maxQueueDelayMicroseconds the time that a call may wait for others while an
	 * instance is idle, or {@code null} if it is not known
	 * @param defaultQueuePolicy the bounds of the queue, or {@code null} if they are not
	 * known
	 */
	@JsonNaming(SnakeCaseStrategy.class)
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record DynamicBatching(@Nullable Long maxQueueDelayMicroseconds, @Nullable QueuePolicy defaultQueuePolicy) {

		private static DynamicBatching of(@Nullable BatchingLimits limits) {
			if (limits == null) {
				return new DynamicBatching(null, null);
			}
			return new DynamicBatching(TimeUnit.MICROSECONDS.convert(limits.maxQueueDelay()),
					new QueuePolicy("REJECT", true, limits.queueCapacity()));
		}

	}

	/**
	 * How a model keeps the state of sequences.
	 *
	 * @param maxSequenceIdleMicroseconds the time without a request after which a
	 * sequence ends
	 * @param oldest that sequences share batches
	 * @param state the states
	 */
	@JsonNaming(SnakeCaseStrategy.class)
	public record SequenceBatching(long maxSequenceIdleMicroseconds, Oldest oldest, List<State> state) {

		private static SequenceBatching of(SequenceStatus sequences, boolean rows, @Nullable BatchingLimits limits) {
			long delay = (limits != null) ? TimeUnit.MICROSECONDS.convert(limits.maxQueueDelay()) : 0;
			return new SequenceBatching(TimeUnit.MICROSECONDS.convert(sequences.idleTimeout()),
					new Oldest(sequences.maxSequences(), delay),
					sequences.states().stream().map((state) -> State.of(state, rows)).toList());
		}

	}

	/**
	 * How sequences share batches: of each, the request whose turn it is.
	 *
	 * @param maxCandidateSequences the most sequences
	 * @param maxQueueDelayMicroseconds the time that a request may wait for others while
	 * an instance is idle
	 */
	@JsonNaming(SnakeCaseStrategy.class)
	public record Oldest(int maxCandidateSequences, long maxQueueDelayMicroseconds) {
	}

	/**
	 * A state.
	 *
	 * @param inputName the input that takes it
	 * @param outputName the output that gives it
	 * @param dataType the element type
	 * @param dims the dimensions, as of an input
	 * @param initialState its value at the start of a sequence; empty where that is not
	 * zero, for which Triton has no word
	 */
	@JsonNaming(SnakeCaseStrategy.class)
	public record State(String inputName, String outputName, String dataType, List<Long> dims,
			List<InitialState> initialState) {

		private static State of(SequenceStatus.State state, boolean rows) {
			String type = ConfigTypes.name(state.input().dataType());
			List<Long> dims = ConfigTypes.dimensions(state.input(), rows && state.input().hasDynamicRows());
			return new State(state.input().name(), state.output().name(), type, dims,
					(state.initial() == 0) ? List.of(new InitialState("zeros", type, dims, true)) : List.of());
		}

	}

	/**
	 * The value of a state at the start of a sequence.
	 *
	 * @param name the name
	 * @param dataType the element type
	 * @param dims the dimensions, as of the state
	 * @param zeroData that it is zero
	 */
	@JsonNaming(SnakeCaseStrategy.class)
	public record InitialState(String name, String dataType, List<Long> dims, boolean zeroData) {
	}

	/**
	 * How many results a call has.
	 *
	 * @param decoupled whether that is any number
	 */
	public record TransactionPolicy(boolean decoupled) {
	}

	/**
	 * Results that are kept.
	 *
	 * @param enable whether they are
	 */
	public record ResponseCache(boolean enable) {
	}

	/**
	 * The bounds of a queue.
	 *
	 * @param timeoutAction what happens to a call whose time has passed
	 * @param allowTimeoutOverride whether a call may say how long it waits
	 * @param maxQueueSize the most rows that may wait
	 */
	@JsonNaming(SnakeCaseStrategy.class)
	public record QueuePolicy(String timeoutAction, boolean allowTimeoutOverride, int maxQueueSize) {
	}

	/**
	 * How an ensemble calls its steps.
	 *
	 * @param step the steps
	 */
	public record EnsembleScheduling(List<Step> step) {

		private static @Nullable EnsembleScheduling of(List<EnsembleStep> steps) {
			return steps.isEmpty() ? null
					: new EnsembleScheduling(steps.stream()
						.map((step) -> new Step(step.model(), (step.version() != null) ? step.version() : -1,
								step.inputMap(), step.outputMap()))
						.toList());
		}

	}

	/**
	 * A step of an ensemble.
	 *
	 * @param modelName the name of the model
	 * @param modelVersion the version, -1 for the one that its traffic gives
	 * @param inputMap the tensor of the ensemble, by the input of the model
	 * @param outputMap the tensor of the ensemble, by the output of the model
	 */
	@JsonNaming(SnakeCaseStrategy.class)
	public record Step(String modelName, long modelVersion, Map<String, String> inputMap,
			Map<String, String> outputMap) {
	}

}
