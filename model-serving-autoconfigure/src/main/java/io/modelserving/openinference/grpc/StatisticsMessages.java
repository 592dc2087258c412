package io.modelserving.openinference.grpc;

import java.util.List;

import io.modelserving.grpc.InferBatchStatistics;
import io.modelserving.grpc.InferStatistics;
import io.modelserving.grpc.ModelStatistics;
import io.modelserving.grpc.ModelStatisticsResponse;
import io.modelserving.grpc.StatisticDuration;
import io.modelserving.openinference.ModelStatisticsDescription;
import io.modelserving.openinference.ModelStatisticsDescription.Batch;
import io.modelserving.openinference.ModelStatisticsDescription.Calls;
import io.modelserving.openinference.ModelStatisticsDescription.Duration;

/**
 * Statistics, as messages.
 */
final class StatisticsMessages {

	private StatisticsMessages() {
	}

	static ModelStatisticsResponse of(List<ModelStatisticsDescription> models) {
		return ModelStatisticsResponse.newBuilder()
			.addAllModelStats(models.stream().map(StatisticsMessages::of).toList())
			.build();
	}

	private static ModelStatistics of(ModelStatisticsDescription model) {
		return ModelStatistics.newBuilder()
			.setName(model.name())
			.setVersion(model.version())
			.setLastInference(model.lastInference())
			.setInferenceCount(model.inferenceCount())
			.setExecutionCount(model.executionCount())
			.setInferenceStats(of(model.inferenceStats()))
			.addAllBatchStats(model.batchStats().stream().map(StatisticsMessages::of).toList())
			.build();
	}

	private static InferStatistics of(Calls calls) {
		return InferStatistics.newBuilder()
			.setSuccess(of(calls.success()))
			.setFail(of(calls.fail()))
			.setQueue(of(calls.queue()))
			.setComputeInput(of(calls.computeInput()))
			.setComputeInfer(of(calls.computeInfer()))
			.setComputeOutput(of(calls.computeOutput()))
			.setCacheHit(of(calls.cacheHit()))
			.setCacheMiss(of(calls.cacheMiss()))
			.build();
	}

	private static InferBatchStatistics of(Batch batch) {
		return InferBatchStatistics.newBuilder()
			.setBatchSize(batch.batchSize())
			.setComputeInput(of(batch.computeInput()))
			.setComputeInfer(of(batch.computeInfer()))
			.setComputeOutput(of(batch.computeOutput()))
			.build();
	}

	private static StatisticDuration of(Duration duration) {
		return StatisticDuration.newBuilder().setCount(duration.count()).setNs(duration.ns()).build();
	}

}
