package io.modelserving.openinference.grpc;

import java.util.ArrayList;
import java.util.List;

import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCalls;
import io.modelserving.grpc.GRPCInferenceServiceGrpc;
import io.modelserving.grpc.ModelInferRequest;
import io.modelserving.tensor.BufferPool;

/**
 * Binds the methods of the service such that those which run models read their messages
 * into pooled buffers.
 */
final class PooledMethods {

	private PooledMethods() {
	}

	/**
	 * Bind the methods.
	 * @param methods what the methods do
	 * @param pool the pool of the memory
	 * @return the service, under its usual name and with its usual description
	 */
	static ServerServiceDefinition bind(ServiceMethods methods, BufferPool pool) {
		List<ServerMethodDefinition<?, ?>> all = new ArrayList<>(methods.bindService().getMethods());
		replace(all, GRPCInferenceServiceGrpc.getModelInferMethod(), pool, ServerCalls.asyncUnaryCall(methods::infer));
		replace(all, GRPCInferenceServiceGrpc.getModelStreamInferMethod(), pool,
				ServerCalls.asyncBidiStreamingCall(methods::streamInfer));
		ServiceDescriptor usual = GRPCInferenceServiceGrpc.getServiceDescriptor();
		ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(usual.getName())
			.setSchemaDescriptor(usual.getSchemaDescriptor());
		all.forEach((method) -> descriptor.addMethod(method.getMethodDescriptor()));
		ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(descriptor.build());
		all.forEach(service::addMethod);
		return service.build();
	}

	private static <A> void replace(List<ServerMethodDefinition<?, ?>> all,
			MethodDescriptor<ModelInferRequest, A> method, BufferPool pool,
			ServerCallHandler<PooledRequest, A> handler) {
		MethodDescriptor<PooledRequest, A> pooled = method
			.toBuilder(new PooledMarshaller(method.getRequestMarshaller(), pool), method.getResponseMarshaller())
			.build();
		all.replaceAll((defined) -> defined.getMethodDescriptor().getFullMethodName().equals(method.getFullMethodName())
				? ServerMethodDefinition.create(pooled, handler) : defined);
	}

}
