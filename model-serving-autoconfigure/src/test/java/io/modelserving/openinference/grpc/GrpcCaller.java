package io.modelserving.openinference.grpc;

import java.util.concurrent.TimeUnit;

import io.grpc.Codec;
import io.grpc.CompressorRegistry;
import io.grpc.DecompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.modelserving.grpc.GRPCInferenceServiceGrpc;
import io.modelserving.grpc.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.modelserving.grpc.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;
import org.springframework.test.context.junit.jupiter.SpringExtension;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Calls a server, by a channel of its own.
 *
 * @param channel the channel
 */
record GrpcCaller(ManagedChannel channel) {

	static GrpcCaller to(int port) {
		CompressorRegistry compressors = CompressorRegistry.newEmptyInstance();
		compressors.register(Codec.Identity.NONE);
		compressors.register(new Codec.Gzip());
		compressors.register(new DeflateCodec());
		return new GrpcCaller(ManagedChannelBuilder.forAddress("localhost", port)
			.usePlaintext()
			.compressorRegistry(compressors)
			.decompressorRegistry(DecompressorRegistry.getDefaultInstance().with(new DeflateCodec(), true))
			.build());
	}

	GRPCInferenceServiceBlockingStub blocking() {
		return GRPCInferenceServiceGrpc.newBlockingStub(this.channel).withDeadlineAfter(1, TimeUnit.MINUTES);
	}

	GRPCInferenceServiceStub async() {
		return GRPCInferenceServiceGrpc.newStub(this.channel);
	}

	void close() {
		this.channel.shutdownNow();
	}

	/**
	 * Require a call to fail.
	 * @param call the call
	 * @param code the code that it must fail with
	 * @return what it failed with
	 */
	static StatusRuntimeException assertFails(ThrowingCallable call, Status.Code code) {
		StatusRuntimeException[] failure = new StatusRuntimeException[1];
		assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(call).satisfies((ex) -> {
			failure[0] = ex;
			if (ex.getStatus().getCode() != code) {
				throw new AssertionError("%s expected, but was %s".formatted(code, ex.getStatus()), ex);
			}
		});
		return failure[0];
	}

	/**
	 * Gives tests a caller, and closes it.
	 */
	static final class Extension implements ParameterResolver, AfterEachCallback {

		private static final Namespace NAMESPACE = Namespace.create(GrpcCaller.class);

		@Override
		public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
			return parameter.getParameter().getType() == GrpcCaller.class;
		}

		@Override
		public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
			return context.getStore(NAMESPACE)
				.computeIfAbsent(GrpcCaller.class, (type) -> GrpcCaller
					.to(SpringExtension.getApplicationContext(context).getBean(GrpcServerLifecycle.class).getPort()),
						GrpcCaller.class);
		}

		@Override
		public void afterEach(ExtensionContext context) {
			GrpcCaller caller = context.getStore(NAMESPACE).get(GrpcCaller.class, GrpcCaller.class);
			if (caller != null) {
				caller.close();
			}
		}

	}

}
