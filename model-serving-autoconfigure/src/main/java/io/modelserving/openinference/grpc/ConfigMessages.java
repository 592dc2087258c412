package io.modelserving.openinference.grpc;

import io.modelserving.grpc.DataType;
import io.modelserving.grpc.ModelConfig;
import io.modelserving.grpc.ModelDynamicBatching;
import io.modelserving.grpc.ModelEnsembling;
import io.modelserving.grpc.ModelInput;
import io.modelserving.grpc.ModelInstanceGroup;
import io.modelserving.grpc.ModelOutput;
import io.modelserving.grpc.ModelQueuePolicy;
import io.modelserving.grpc.ModelSequenceBatching;
import io.modelserving.grpc.ModelTransactionPolicy;
import io.modelserving.grpc.ModelResponseCache;
import io.modelserving.openinference.ModelConfigDescription;
import io.modelserving.openinference.ModelConfigDescription.DynamicBatching;
import io.modelserving.openinference.ModelConfigDescription.EnsembleScheduling;
import io.modelserving.openinference.ModelConfigDescription.Input;
import io.modelserving.openinference.ModelConfigDescription.InstanceGroup;
import io.modelserving.openinference.ModelConfigDescription.Output;
import io.modelserving.openinference.ModelConfigDescription.QueuePolicy;
import io.modelserving.openinference.ModelConfigDescription.SequenceBatching;
import io.modelserving.openinference.ModelConfigDescription.State;

/**
 * Configurations, as messages.
 */
final class ConfigMessages {

	private ConfigMessages() {
	}

	static ModelConfig of(ModelConfigDescription description) {
		ModelConfig.Builder config = ModelConfig.newBuilder()
			.setName(description.name())
			.setPlatform(description.platform())
			.setMaxBatchSize(description.maxBatchSize())
			.addAllInput(description.input().stream().map(ConfigMessages::of).toList())
			.addAllOutput(description.output().stream().map(ConfigMessages::of).toList())
			.addAllInstanceGroup(description.instanceGroup().stream().map(ConfigMessages::of).toList());
		if (description.backend() != null) {
			config.setBackend(description.backend());
		}
		if (description.dynamicBatching() != null) {
			config.setDynamicBatching(of(description.dynamicBatching()));
		}
		if (description.sequenceBatching() != null) {
			config.setSequenceBatching(of(description.sequenceBatching()));
		}
		if (description.ensembleScheduling() != null) {
			config.setEnsembleScheduling(of(description.ensembleScheduling()));
		}
		if (description.modelTransactionPolicy() != null) {
			config.setModelTransactionPolicy(
					ModelTransactionPolicy.newBuilder().setDecoupled(description.modelTransactionPolicy().decoupled()));
		}
		if (description.responseCache() != null) {
			config.setResponseCache(ModelResponseCache.newBuilder().setEnable(description.responseCache().enable()));
		}
		return config.build();
	}

	private static ModelEnsembling of(EnsembleScheduling ensemble) {
		return ModelEnsembling.newBuilder()
			.addAllStep(ensemble.step()
				.stream()
				.map((step) -> ModelEnsembling.Step.newBuilder()
					.setModelName(step.modelName())
					.setModelVersion(step.modelVersion())
					.putAllInputMap(step.inputMap())
					.putAllOutputMap(step.outputMap())
					.build())
				.toList())
			.build();
	}

	private static ModelInput of(Input input) {
		return ModelInput.newBuilder()
			.setName(input.name())
			.setDataType(DataType.valueOf(input.dataType()))
			.addAllDims(input.dims())
			.setAllowRaggedBatch(input.allowRaggedBatch())
			.setOptional(input.optional())
			.build();
	}

	private static ModelOutput of(Output output) {
		return ModelOutput.newBuilder()
			.setName(output.name())
			.setDataType(DataType.valueOf(output.dataType()))
			.addAllDims(output.dims())
			.build();
	}

	private static ModelInstanceGroup of(InstanceGroup group) {
		return ModelInstanceGroup.newBuilder()
			.setName(group.name())
			.setCount(group.count())
			.setKind(ModelInstanceGroup.Kind.valueOf(group.kind()))
			.build();
	}

	private static ModelDynamicBatching of(DynamicBatching batching) {
		ModelDynamicBatching.Builder message = ModelDynamicBatching.newBuilder();
		if (batching.maxQueueDelayMicroseconds() != null) {
			message.setMaxQueueDelayMicroseconds(batching.maxQueueDelayMicroseconds());
		}
		if (batching.defaultQueuePolicy() != null) {
			message.setDefaultQueuePolicy(of(batching.defaultQueuePolicy()));
		}
		return message.build();
	}

	private static ModelSequenceBatching of(SequenceBatching sequences) {
		return ModelSequenceBatching.newBuilder()
			.setMaxSequenceIdleMicroseconds(sequences.maxSequenceIdleMicroseconds())
			.setOldest(ModelSequenceBatching.StrategyOldest.newBuilder()
				.setMaxCandidateSequences(sequences.oldest().maxCandidateSequences())
				.setMaxQueueDelayMicroseconds(sequences.oldest().maxQueueDelayMicroseconds()))
			.addAllState(sequences.state().stream().map(ConfigMessages::of).toList())
			.build();
	}

	private static ModelSequenceBatching.State of(State state) {
		ModelSequenceBatching.State.Builder message = ModelSequenceBatching.State.newBuilder()
			.setInputName(state.inputName())
			.setOutputName(state.outputName())
			.setDataType(DataType.valueOf(state.dataType()))
			.addAllDims(state.dims());
		state.initialState()
			.forEach((initial) -> message.addInitialState(ModelSequenceBatching.InitialState.newBuilder()
				.setName(initial.name())
				.setDataType(DataType.valueOf(initial.dataType()))
				.addAllDims(initial.dims())
				.setZeroData(initial.zeroData())));
		return message.build();
	}

	private static ModelQueuePolicy of(QueuePolicy policy) {
		return ModelQueuePolicy.newBuilder()
			.setTimeoutAction(ModelQueuePolicy.TimeoutAction.valueOf(policy.timeoutAction()))
			.setAllowTimeoutOverride(policy.allowTimeoutOverride())
			.setMaxQueueSize(policy.maxQueueSize())
			.build();
	}

}
