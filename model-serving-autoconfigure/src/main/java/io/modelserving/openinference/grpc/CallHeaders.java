package io.modelserving.openinference.grpc;

import io.grpc.CompressorRegistry;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the metadata of a call where its handler finds it, and responds with the
 * compression of the request. Thread-safe.
 *
 * @param compressors the compressions that responses can have
 */
record CallHeaders(CompressorRegistry compressors) implements ServerInterceptor {

	private static final Context.Key<Metadata> HEADERS = Context.key("model-serving-headers");

	private static final Metadata.Key<String> ENCODING = Metadata.Key.of("grpc-encoding",
			Metadata.ASCII_STRING_MARSHALLER);

	@Override
	public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers,
			ServerCallHandler<Q, A> next) {
		String encoding = headers.get(ENCODING);
		if (encoding != null && this.compressors.lookupCompressor(encoding) != null) {
			call.setCompression(encoding);
		}
		return Contexts.interceptCall(Context.current().withValue(HEADERS, headers), call, headers, next);
	}

	/**
	 * Return a value of the metadata of the call that runs on this thread.
	 * @param name its name, in any case
	 * @return the first value, or {@code null} if there is none
	 */
	static @Nullable String get(String name) {
		Metadata headers = HEADERS.get();
		if (headers == null || name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
			return null;
		}
		return headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
	}

}
