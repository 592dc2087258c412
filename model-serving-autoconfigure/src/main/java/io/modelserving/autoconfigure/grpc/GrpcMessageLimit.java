package io.modelserving.autoconfigure.grpc;

import io.grpc.ServerBuilder;
import org.jspecify.annotations.Nullable;

import org.springframework.grpc.server.ServerBuilderCustomizer;
import org.springframework.util.unit.DataSize;

/**
 * Has the server take messages as large as tensors are. It counts what a message inflates
 * to.
 *
 * @param <T> the type of server builder
 * @param limit the size over which a message is rejected, or {@code null} to leave the
 * server as it is
 */
record GrpcMessageLimit<T extends ServerBuilder<T>>(@Nullable DataSize limit) implements ServerBuilderCustomizer<T> {

	/** Where the application sets the limit for all services. */
	static final String SERVER_PROPERTY = "spring.grpc.server.inbound.message.max-size";

	@Override
	public void customize(T builder) {
		if (this.limit != null) {
			builder.maxInboundMessageSize(Math.toIntExact(this.limit.toBytes()));
		}
	}

}
