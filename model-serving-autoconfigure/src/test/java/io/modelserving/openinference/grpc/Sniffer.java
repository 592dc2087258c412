package io.modelserving.openinference.grpc;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;

/**
 * Notes a header of the answer.
 */
final class Sniffer implements ClientInterceptor {

	private final Metadata.Key<String> header;

	private final CompletableFuture<String> value = new CompletableFuture<>();

	Sniffer(String header) {
		this.header = Metadata.Key.of(header, Metadata.ASCII_STRING_MARSHALLER);
	}

	String value() {
		return this.value.orTimeout(30, TimeUnit.SECONDS).join();
	}

	@Override
	public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
		return new SimpleForwardingClientCall<>(next.newCall(method, options)) {

			@Override
			public void start(Listener<A> listener, Metadata headers) {
				super.start(new SimpleForwardingClientCallListener<>(listener) {

					@Override
					public void onHeaders(Metadata answered) {
						Sniffer.this.value.complete(answered.get(Sniffer.this.header));
						super.onHeaders(answered);
					}

				}, headers);
			}

		};
	}

}
