package io.modelserving.openinference.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/**
 * Rejects messages that cannot be read, among them those that inflate beyond the limit.
 * Without this, the server would report a fault of its own. The handlers behind it must
 * read the messages, so that it sees them fail. Thread-safe.
 */
final class UnreadableMessages implements ServerInterceptor {

	@Override
	public <Q, A> Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
		return new Guard<>(next.startCall(call, headers), call);
	}

	/** Called on one thread at a time. */
	private static final class Guard<Q> extends SimpleForwardingServerCallListener<Q> {

		private final ServerCall<Q, ?> call;

		private boolean closed;

		private Guard(Listener<Q> delegate, ServerCall<Q, ?> call) {
			super(delegate);
			this.call = call;
		}

		@Override
		public void onMessage(Q message) {
			if (this.closed) {
				return;
			}
			try {
				super.onMessage(message);
			}
			catch (StatusRuntimeException ex) {
				this.closed = true;
				this.call.close(describe(ex.getStatus()), new Metadata());
				// cancels what the call has begun
				super.onCancel();
			}
		}

		private static Status describe(Status status) {
			return (status.getCode() == Status.Code.RESOURCE_EXHAUSTED) ? status
					: Status.INVALID_ARGUMENT.withDescription("the message is broken: " + status.getDescription());
		}

		@Override
		public void onHalfClose() {
			if (!this.closed) {
				super.onHalfClose();
			}
		}

	}

}
