package io.modelserving.openinference.grpc;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.modelserving.batching.DeadlineTimer;
import io.modelserving.grpc.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import io.modelserving.grpc.ModelConfigRequest;
import io.modelserving.grpc.ModelConfigResponse;
import io.modelserving.grpc.ModelInferResponse;
import io.modelserving.grpc.ModelMetadataRequest;
import io.modelserving.grpc.ModelMetadataResponse;
import io.modelserving.grpc.ModelReadyRequest;
import io.modelserving.grpc.ModelReadyResponse;
import io.modelserving.grpc.ModelStatisticsRequest;
import io.modelserving.grpc.ModelStatisticsResponse;
import io.modelserving.grpc.ModelStreamInferResponse;
import io.modelserving.grpc.RepositoryIndexRequest;
import io.modelserving.grpc.RepositoryIndexResponse;
import io.modelserving.grpc.RepositoryModelLoadRequest;
import io.modelserving.grpc.RepositoryModelLoadResponse;
import io.modelserving.grpc.RepositoryModelUnloadRequest;
import io.modelserving.grpc.RepositoryModelUnloadResponse;
import io.modelserving.grpc.ServerLiveRequest;
import io.modelserving.grpc.ServerLiveResponse;
import io.modelserving.grpc.ServerMetadataRequest;
import io.modelserving.grpc.ServerMetadataResponse;
import io.modelserving.grpc.ServerReadyRequest;
import io.modelserving.grpc.ServerReadyResponse;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.openinference.ModelLookup;
import io.modelserving.openinference.RepositoryControl;
import io.modelserving.openinference.ServerDescription;
import io.modelserving.openinference.StatisticsSource;
import org.jspecify.annotations.Nullable;

/**
 * The calls of the protocol. Those that are not here, of shared memory, tracing and
 * logging, are not offered. Those that run models take messages of their own kind, so
 * they are bound by {@link PooledMethods}.
 */
final class ServiceMethods extends GRPCInferenceServiceImplBase {

	private static final String FAILURES_END_STREAM = "triton_grpc_error";

	private final ServerDescription server = ServerDescription.ofThis();

	private final ModelLookup models;

	private final Inference inference;

	private final StatisticsSource statistics;

	private final RepositoryControl repository;

	private final StreamLimits limits;

	private final DeadlineTimer timer;

	private final Set<InferenceStream> streams = ConcurrentHashMap.newKeySet();

	ServiceMethods(ModelLookup models, Inference inference, StatisticsSource statistics, RepositoryControl repository,
			StreamLimits limits, DeadlineTimer timer) {
		this.models = models;
		this.inference = inference;
		this.statistics = statistics;
		this.repository = repository;
		this.limits = limits;
		this.timer = timer;
	}

	@Override
	public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> observer) {
		respond(observer, () -> ServerLiveResponse.newBuilder().setLive(true).build());
	}

	@Override
	public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> observer) {
		respond(observer, () -> ServerReadyResponse.newBuilder().setReady(isReady(this.models::requireReady)).build());
	}

	@Override
	public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> observer) {
		respond(observer, () -> {
			Long version = version(request.getName(), request.getVersion());
			boolean ready = isReady(() -> this.models.requireReady(request.getName(), version));
			return ModelReadyResponse.newBuilder().setReady(ready).build();
		});
	}

	@Override
	public void serverMetadata(ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> observer) {
		respond(observer, () -> MetadataMessages.of(this.server));
	}

	@Override
	public void modelMetadata(ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> observer) {
		respond(observer, () -> MetadataMessages
			.of(this.models.describe(request.getName(), version(request.getName(), request.getVersion()))));
	}

	@Override
	public void modelConfig(ModelConfigRequest request, StreamObserver<ModelConfigResponse> observer) {
		respond(observer, () -> ModelConfigResponse.newBuilder()
			.setConfig(ConfigMessages
				.of(this.models.configuration(request.getName(), version(request.getName(), request.getVersion()))))
			.build());
	}

	@Override
	public void modelStatistics(ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> observer) {
		respond(observer, () -> StatisticsMessages.of(this.statistics.describe(this.models,
				Inference.emptyToNull(request.getName()), version(request.getName(), request.getVersion()))));
	}

	void infer(PooledRequest request, StreamObserver<ModelInferResponse> observer) {
		respondLater(observer, this.inference.run(request, null));
	}

	StreamObserver<PooledRequest> streamInfer(StreamObserver<ModelStreamInferResponse> observer) {
		InferenceStream stream = new InferenceStream(this.inference,
				(ServerCallStreamObserver<ModelStreamInferResponse>) observer,
				Boolean.parseBoolean(CallHeaders.get(FAILURES_END_STREAM)), this.limits, this.timer,
				this.streams::remove);
		this.streams.add(stream);
		stream.start();
		return stream;
	}

	@Override
	public void repositoryIndex(RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> observer) {
		respond(observer, () -> MetadataMessages.of(this.repository.index(request.getReady())));
	}

	@Override
	public void repositoryModelLoad(RepositoryModelLoadRequest request,
			StreamObserver<RepositoryModelLoadResponse> observer) {
		String model = model(request.getModelName(), request.getRepositoryName());
		respondLater(observer,
				CompletableFuture.completedFuture(request.getParametersMap())
					.thenApply(RepositoryParameters::of)
					.thenCompose((parameters) -> this.repository.load(model, parameters))
					.thenApply((done) -> RepositoryModelLoadResponse.getDefaultInstance()));
	}

	@Override
	public void repositoryModelUnload(RepositoryModelUnloadRequest request,
			StreamObserver<RepositoryModelUnloadResponse> observer) {
		String model = model(request.getModelName(), request.getRepositoryName());
		respondLater(observer,
				this.repository.unload(model).thenApply((done) -> RepositoryModelUnloadResponse.getDefaultInstance()));
	}

	/**
	 * KServe's messages have the name of the model where Triton's have that of the
	 * repository.
	 */
	private static String model(String second, String first) {
		return second.isEmpty() ? first : second;
	}

	private @Nullable Long version(String model, String version) {
		return this.models.version(model, Inference.emptyToNull(version));
	}

	private static boolean isReady(Runnable requirement) {
		try {
			requirement.run();
			return true;
		}
		catch (ModelUnavailable ex) {
			return false;
		}
	}

	private static <T> void respond(StreamObserver<T> observer, Supplier<T> response) {
		respondLater(observer, CompletableFuture.completedFuture(null).thenApply((none) -> response.get()));
	}

	private static <T> void respondLater(StreamObserver<T> observer, CompletableFuture<T> response) {
		// with a handler, responding to a client that has gone is no error
		((ServerCallStreamObserver<T>) observer).setOnCancelHandler(() -> response.cancel(false));
		response.whenComplete((value, failure) -> {
			if (failure != null) {
				observer.onError(CallFailures.exception(failure));
			}
			else {
				observer.onNext(value);
				observer.onCompleted();
			}
		});
	}

	/**
	 * End the streams, which would otherwise stay as long as their clients like.
	 * @param patience the time for decoupled models to complete their calls
	 */
	void drain(Duration patience) {
		List<InferenceStream> open = List.copyOf(this.streams);
		open.forEach(InferenceStream::drain);
		if (!open.isEmpty()) {
			this.timer.schedule(patience.toNanos(), () -> open.forEach(InferenceStream::cutShort));
		}
	}

}
