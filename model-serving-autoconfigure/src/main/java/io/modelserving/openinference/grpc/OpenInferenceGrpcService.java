package io.modelserving.openinference.grpc;

import io.grpc.BindableService;
import io.grpc.CompressorRegistry;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
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
	 * @param callsPerStream the most calls of one stream that may be open
	 * @param compressors the compressions that responses can have
	 * @param pool the pool from which requests take memory for their bytes
	 */
	public OpenInferenceGrpcService(ModelRegistry registry, InferenceService service, OutputLabels labels,
			StatisticsSource statistics, RepositoryControl repository, int callsPerStream,
			CompressorRegistry compressors, BufferPool pool) {
		ModelLookup models = new ModelLookup(registry);
		this.methods = new ServiceMethods(models, new Inference(service, models, labels), statistics, repository,
				callsPerStream);
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
	 */
	public void drain() {
		this.methods.drain();
	}

}
