package io.modelserving.openinference.grpc;

import java.time.Duration;

import io.grpc.BindableService;
import io.grpc.CompressorRegistry;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.modelserving.batching.DeadlineTimer;
import io.modelserving.openinference.ModelLookup;
import io.modelserving.openinference.OutputLabels;
import io.modelserving.openinference.RepositoryControl;
import io.modelserving.openinference.StatisticsSource;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.tensor.BufferPool;

/**
 * The Open Inference Protocol as a gRPC service. Thread-safe; no thread of the server
 * waits for a model.
 */
public final class OpenInferenceGrpcService implements BindableService {

	private final ServiceMethods methods;

	private final CallHeaders headers;

	private final BufferPool pool;

	/**
	 * Create the service.
	 * @param registry knows the models
	 * @param service runs them
	 * @param labels knows what classes are called
	 * @param statistics knows what has happened to the models
	 * @param repository the repository, as far as callers may use it
	 * @param streams the limits of streams
	 * @param timer ends what takes too long
	 * @param compressors the compressions that responses can have
	 * @param pool the pool from which requests take memory for their bytes
	 */
	public OpenInferenceGrpcService(ModelRegistry registry, InferenceService service, OutputLabels labels,
			StatisticsSource statistics, RepositoryControl repository, StreamLimits streams, DeadlineTimer timer,
			CompressorRegistry compressors, BufferPool pool) {
		ModelLookup models = new ModelLookup(registry);
		this.methods = new ServiceMethods(models, new Inference(service, models, labels), statistics, repository,
				streams, timer);
		this.headers = new CallHeaders(compressors);
		this.pool = pool;
	}

	@Override
	public ServerServiceDefinition bindService() {
		ServerServiceDefinition pooled = PooledMethods.bind(this.methods, this.pool);
		return ServerInterceptors.intercept(
				ServerInterceptors.useInputStreamMessages(ServerInterceptors.intercept(pooled, this.headers)),
				new UnreadableMessages());
	}

	/**
	 * Prepare for the end of the server: every stream sends the responses of the calls
	 * that it has taken, and ends.
	 * @param patience the time for decoupled models to complete their calls
	 */
	public void drain(Duration patience) {
		this.methods.drain(patience);
	}

}
