package io.modelserving.repository.http;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * Appends the body of an answer to a file, up to a limit.
 * <p>
 * Protocol: the client calls the methods of the subscriber one after the other. Anybody
 * may read the number of bytes, and may end it by {@code onError}, after which nothing is
 * written.
 */
final class FileBody implements BodySubscriber<Path> {

	private final CompletableFuture<Path> result = new CompletableFuture<>();

	private final Path file;

	private final long maxBytes;

	private final AtomicLong bytes;

	private volatile @Nullable FileChannel channel;

	private Flow.@Nullable Subscription subscription;

	/**
	 * Create the subscriber.
	 * @param file the file, which is made if there is none
	 * @param maxBytes the most bytes that it may have in the end
	 * @param bytes counts the bytes in the file
	 */
	FileBody(Path file, long maxBytes, AtomicLong bytes) {
		this.file = file;
		this.maxBytes = maxBytes;
		this.bytes = bytes;
	}

	@Override
	public CompletionStage<Path> getBody() {
		return this.result;
	}

	@Override
	public void onSubscribe(Flow.Subscription subscription) {
		this.subscription = subscription;
		try {
			FileChannel opened = FileChannel.open(this.file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
					StandardOpenOption.APPEND);
			this.channel = opened;
			this.bytes.set(opened.size());
			subscription.request(1);
		}
		catch (IOException ex) {
			fail(ex);
		}
	}

	@Override
	public void onNext(List<ByteBuffer> buffers) {
		FileChannel target = this.channel;
		if (target == null || this.subscription == null || this.result.isDone()) {
			return;
		}
		try {
			for (ByteBuffer buffer : buffers) {
				if (this.bytes.addAndGet(buffer.remaining()) > this.maxBytes) {
					throw new TooLargeException();
				}
				while (buffer.hasRemaining()) {
					target.write(buffer);
				}
			}
			this.subscription.request(1);
		}
		catch (IOException ex) {
			fail(ex);
		}
	}

	private void fail(IOException failure) {
		if (this.subscription != null) {
			this.subscription.cancel();
		}
		onError(failure);
	}

	@Override
	public void onError(Throwable failure) {
		this.result.completeExceptionally(failure);
		close();
	}

	@Override
	public void onComplete() {
		close();
		this.result.complete(this.file);
	}

	private void close() {
		FileChannel opened = this.channel;
		try {
			if (opened != null) {
				opened.close();
			}
		}
		catch (IOException ex) {
			this.result.completeExceptionally(ex);
		}
	}

	/** More arrives than is allowed. */
	static final class TooLargeException extends IOException {

		private static final long serialVersionUID = 1L;

	}

}
