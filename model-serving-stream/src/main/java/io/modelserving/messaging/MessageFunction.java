package io.modelserving.messaging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.messaging.Message;

import io.modelserving.endpoint.EndpointInvoker;
import io.modelserving.model.DerivedFutures;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Outcome;
import io.modelserving.pipeline.ItemCalls;

/**
 * Replies to the messages of a poll. Each message is a call of its own, which shares
 * batches with those of all callers. There is one reply for each message, in their order,
 * with its key and headers. In place of a reply that cannot be, there is the message
 * itself, addressed to the dead letters and with the reason. Messages whose failure can
 * change by itself are tried again until the time of the poll is over. Thread-safe.
 */
public final class MessageFunction implements Function<Message<List<byte[]>>, List<Message<byte[]>>> {

	private static final Logger logger = LoggerFactory.getLogger(MessageFunction.class);

	private final String name;

	private final Replies replies;

	private final Settings settings;

	private final CompletableFuture<?> closing;

	private final MessageListener listener;

	private final LongSupplier clock;

	MessageFunction(String name, Replies replies, Settings settings, CompletableFuture<?> closing,
			MessageListener listener, LongSupplier clock) {
		this.name = name;
		this.replies = replies;
		this.settings = settings;
		this.closing = closing;
		this.listener = listener;
		this.clock = clock;
	}

	/**
	 * Reply to the messages of a poll that Spring Cloud Stream delivers as one.
	 * @param poll the payloads, with the headers of each in lists
	 * @return a reply or a dead letter for each, in their order
	 * @throws NoReplyException if they are to be delivered again
	 */
	@Override
	public List<Message<byte[]>> apply(Message<List<byte[]>> poll) {
		return reply(Envelope.split(poll));
	}

	/**
	 * Reply to the messages of a poll, as a listener gets them.
	 * @param messages the messages
	 * @return a reply or a dead letter for each, in their order
	 * @throws NoReplyException if they are to be delivered again
	 */
	public List<Message<byte[]>> reply(List<? extends Message<?>> messages) {
		Poll poll = new Poll(messages);
		poll.reply();
		return poll.results();
	}

	/**
	 * What a function may do.
	 *
	 * @param deadLetters where messages go that get no reply
	 * @param timeout how long a poll may take
	 * @param maxReplySize the size in bytes over which a reply is not sent
	 */
	record Settings(String deadLetters, Duration timeout, long maxReplySize) {
	}

	/**
	 * How a message ended.
	 *
	 * @param payload the payload of the reply, {@code null} if there is none
	 * @param failure why there is no reply, {@code null} if there is one
	 */
	private record Result(@Nullable Object payload, @Nullable Throwable failure) {
	}

	/** The messages of a poll; for one thread. */
	private final class Poll {

		private final List<Message<?>> messages;

		private final @Nullable Result[] results;

		private final long start = MessageFunction.this.clock.getAsLong();

		Poll(List<? extends Message<?>> messages) {
			this.messages = new ArrayList<>(messages);
			this.results = new Result[messages.size()];
		}

		void reply() {
			List<Integer> open = new ArrayList<>();
			for (int i = 0; i < this.messages.size(); i++) {
				open.add(i);
			}
			for (int attempt = 1; !open.isEmpty(); attempt++) {
				List<Result> ended = await(ItemCalls.start(open, this::call));
				List<Integer> again = new ArrayList<>();
				Throwable last = null;
				for (int i = 0; i < ended.size(); i++) {
					Throwable failure = ended.get(i).failure();
					this.results[open.get(i)] = ended.get(i);
					if (failure != null && Retrying.again(failure, attempt)) {
						again.add(open.get(i));
						last = failure;
					}
				}
				open = again;
				if (last != null) {
					backOff(last, attempt, open.size());
				}
			}
		}

		private CompletableFuture<Result> call(int index) {
			CompletableFuture<Result> result = new CompletableFuture<>();
			DerivedFutures.link(start(this.messages.get(index)), result,
					(payload) -> result.complete(new Result(payload, null)),
					(failure) -> result.complete(new Result(null, failure)));
			return result;
		}

		private CompletableFuture<Object> start(Message<?> message) {
			try {
				Object payload = message.getPayload();
				if (payload instanceof byte[] bytes) {
					return DerivedFutures.map(MessageFunction.this.replies.reply(bytes, Envelope.contentType(message)),
							this::bounded);
				}
				if (!Envelope.hasKey(message)) {
					throw new InvalidInput("The message has neither payload nor key");
				}
				return CompletableFuture.completedFuture(payload);
			}
			catch (RuntimeException ex) {
				return CompletableFuture.failedFuture(ex);
			}
		}

		private Object bounded(byte[] reply) {
			long limit = MessageFunction.this.settings.maxReplySize();
			if (reply.length > limit) {
				throw new InvalidInput(
						"The reply has %d bytes, over the limit of %d (model-serving.functions.%s.max-reply-size)"
							.formatted(reply.length, limit, MessageFunction.this.name));
			}
			return reply;
		}

		private List<Result> await(CompletableFuture<List<Result>> calls) {
			try {
				return calls.get(remainingNanos(), TimeUnit.NANOSECONDS);
			}
			catch (ExecutionException ex) {
				throw noReply("has no reply", ex);
			}
			catch (TimeoutException ex) {
				calls.cancel(false);
				throw noReply("has no reply within " + MessageFunction.this.settings.timeout(), ex);
			}
			catch (InterruptedException ex) {
				calls.cancel(false);
				Thread.currentThread().interrupt();
				throw noReply("is interrupted", ex);
			}
		}

		private void backOff(Throwable failure, int attempt, int messages) {
			if (attempt == 1) {
				logger.warn("{} of {} messages of {} are tried again: {}", messages, this.messages.size(),
						MessageFunction.this.name, failure.getMessage());
			}
			MessageFunction.this.listener.retried(messages);
			long delay = Retrying.delay(failure, attempt).toNanos();
			if (delay >= remainingNanos()) {
				throw noReply("has no reply within " + MessageFunction.this.settings.timeout(), failure);
			}
			try {
				MessageFunction.this.closing.get(delay, TimeUnit.NANOSECONDS);
				throw noReply("is given up, as the application shuts down", failure);
			}
			catch (TimeoutException ex) {
				// try again
			}
			catch (ExecutionException ex) {
				throw noReply("is given up", ex);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw noReply("is interrupted", ex);
			}
		}

		private long remainingNanos() {
			return this.start + MessageFunction.this.settings.timeout().toNanos()
					- MessageFunction.this.clock.getAsLong();
		}

		private NoReplyException noReply(String what, Throwable cause) {
			return new NoReplyException("A poll of %d messages of %s %s; it is delivered again: %s"
				.formatted(this.messages.size(), MessageFunction.this.name, what, cause.getMessage()), cause);
		}

		@SuppressWarnings("unchecked")
		List<Message<byte[]>> results() {
			List<Message<?>> all = new ArrayList<>();
			List<Throwable> failures = new ArrayList<>();
			for (int i = 0; i < this.results.length; i++) {
				Message<?> message = this.messages.get(i);
				Result result = this.results[i];
				Throwable failure = (result != null) ? result.failure() : null;
				if (failure != null) {
					failures.add(failure);
					all.add(Envelope.deadLetter(message, MessageFunction.this.settings.deadLetters(), failure));
				}
				else {
					Object payload = (result != null) ? result.payload() : null;
					all.add(Envelope.reply(message, (payload != null) ? payload : message.getPayload()));
				}
			}
			log(failures);
			MessageFunction.this.listener.polled(all.size() - failures.size(), failures.size(),
					MessageFunction.this.clock.getAsLong() - this.start);
			return (List<Message<byte[]>>) (List<?>) all;
		}

		/** A line for a poll, with a stack trace if the application is to blame. */
		private void log(List<Throwable> failures) {
			if (!failures.isEmpty()) {
				Throwable first = failures.stream()
					.filter((failure) -> EndpointInvoker.outcome(failure) == Outcome.FAILED)
					.findFirst()
					.orElse(failures.get(0));
				logger.warn("{} of {} messages of {} go to {}; of one, the reason is: {}", failures.size(),
						this.messages.size(), MessageFunction.this.name, MessageFunction.this.settings.deadLetters(),
						EndpointInvoker.reason(first),
						(EndpointInvoker.outcome(first) == Outcome.FAILED) ? first : null);
			}
		}

	}

}
