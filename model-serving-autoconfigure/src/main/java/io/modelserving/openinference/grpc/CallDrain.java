package io.modelserving.openinference.grpc;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Ends calls that would hold up the end of the server for as long as their clients like:
 * those whose only message has not arrived, and those that never end by themselves, of
 * the health and reflection services. Calls whose message has arrived get their
 * responses, and other streams are left to their services. Thread-safe.
 */
public final class CallDrain implements ServerInterceptor {

	private static final Set<String> ENDLESS = Set.of("grpc.health.v1.Health/Watch",
			"grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
			"grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo");

	private static final Status SHUTTING_DOWN = Status.UNAVAILABLE.withDescription("the application is shutting down");

	private final Set<OpenCall<?, ?>> open = ConcurrentHashMap.newKeySet();

	private volatile boolean draining;

	@Override
	public <Q, A> Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
		boolean endless = ENDLESS.contains(call.getMethodDescriptor().getFullMethodName());
		if (!endless && !call.getMethodDescriptor().getType().clientSendsOneMessage()) {
			return next.startCall(call, headers);
		}
		OpenCall<Q, A> tracked = new OpenCall<>(call);
		this.open.add(tracked);
		if (this.draining) {
			end(tracked);
			return new Listener<>() {
			};
		}
		return new OpenCallListener<>(next.startCall(tracked, headers), tracked, endless);
	}

	/**
	 * End the calls, and all that begin from now on.
	 */
	public void drain() {
		this.draining = true;
		this.open.forEach(this::end);
	}

	private void end(OpenCall<?, ?> call) {
		this.open.remove(call);
		call.end();
	}

	private final class OpenCallListener<Q> extends SimpleForwardingServerCallListener<Q> {

		private final OpenCall<Q, ?> call;

		private final boolean endless;

		private OpenCallListener(Listener<Q> listener, OpenCall<Q, ?> call, boolean endless) {
			super(listener);
			this.call = call;
			this.endless = endless;
		}

		@Override
		public void onHalfClose() {
			if (!this.endless) {
				CallDrain.this.open.remove(this.call);
				if (!this.call.complete()) {
					return;
				}
			}
			super.onHalfClose();
		}

		@Override
		public void onCancel() {
			CallDrain.this.open.remove(this.call);
			super.onCancel();
		}

		@Override
		public void onComplete() {
			CallDrain.this.open.remove(this.call);
			super.onComplete();
		}

	}

	/** A call may be ended by one thread while another one writes to it. */
	private static final class OpenCall<Q, A> extends SimpleForwardingServerCall<Q, A> {

		private boolean complete;

		private boolean ended;

		private OpenCall(ServerCall<Q, A> call) {
			super(call);
		}

		/** Returns whether the call gets a response. */
		synchronized boolean complete() {
			this.complete = !this.ended;
			return this.complete;
		}

		synchronized void end() {
			if (!this.complete && !this.ended) {
				this.ended = true;
				super.close(SHUTTING_DOWN, new Metadata());
			}
		}

		@Override
		public synchronized void sendHeaders(Metadata headers) {
			if (!this.ended) {
				super.sendHeaders(headers);
			}
		}

		@Override
		public synchronized void sendMessage(A message) {
			if (!this.ended) {
				super.sendMessage(message);
			}
		}

		@Override
		public synchronized void close(Status status, Metadata trailers) {
			if (!this.ended) {
				this.ended = true;
				super.close(status, trailers);
			}
		}

	}

}
