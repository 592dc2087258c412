package io.modelserving.repository.http;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Breaks off the body of an answer, however long it is.
 */
final class NoBody implements BodySubscriber<Path> {

	private final CompletableFuture<Path> result = new CompletableFuture<>();

	private final Path file;

	/**
	 * Create the subscriber.
	 * @param file the file that it lets alone
	 */
	NoBody(Path file) {
		this.file = file;
	}

	@Override
	public CompletionStage<Path> getBody() {
		return this.result;
	}

	@Override
	public void onSubscribe(Flow.Subscription subscription) {
		subscription.cancel();
		this.result.complete(this.file);
	}

	@Override
	public void onNext(List<ByteBuffer> buffers) {
		// comes only if it was under way
	}

	@Override
	public void onError(Throwable failure) {
		this.result.complete(this.file);
	}

	@Override
	public void onComplete() {
		this.result.complete(this.file);
	}

}
