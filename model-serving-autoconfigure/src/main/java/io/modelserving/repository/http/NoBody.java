package io.modelserving.repository.http;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

import org.jspecify.annotations.Nullable;

/**
 * Breaks off the body of an answer, however long it is.
 */
final class NoBody implements BodySubscriber<@Nullable Path> {

	private final CompletableFuture<@Nullable Path> result = new CompletableFuture<>();

	@Override
	public CompletionStage<@Nullable Path> getBody() {
		return this.result;
	}

	@Override
	public void onSubscribe(Flow.Subscription subscription) {
		subscription.cancel();
		this.result.complete(null);
	}

	@Override
	public void onNext(List<ByteBuffer> buffers) {
		// comes only if it was under way
	}

	@Override
	public void onError(Throwable failure) {
		this.result.complete(null);
	}

	@Override
	public void onComplete() {
		this.result.complete(null);
	}

}
