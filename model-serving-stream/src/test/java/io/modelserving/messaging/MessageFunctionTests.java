package io.modelserving.messaging;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.util.MimeType;

import io.modelserving.messaging.MessageFunction.Settings;
import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests {@link MessageFunction} without a broker.
 */
class MessageFunctionTests {

	private static final Duration SHORT = Duration.ofMillis(1);

	private final CompletableFuture<Void> closing = new CompletableFuture<>();

	private final AtomicLong now = new AtomicLong();

	private final Recording recording = new Recording();

	/** Failures to come, by payload. */
	private final Map<String, Deque<RuntimeException>> failures = new HashMap<>();

	@Test
	void whenMessagesFailForNowThenTheyAloneAreTriedAgainAndRepliesAreInOrder() {
		fail("b", new Overloaded("full", SHORT), new ModelUnavailable("loads", SHORT), new ModelNotFound("moves"));
		fail("d", new DeadlineExceeded("late"), new DeadlineExceeded("late"));
		List<String> calls = new ArrayList<>();
		List<Message<byte[]>> replies = function((payload) -> {
			calls.add(payload);
			return reply(payload);
		}).reply(messages("a", "b", "c", "d"));
		assertThat(replies).extracting(MessageFunctionTests::text).containsExactly("A", "B", "C", "D");
		assertThat(Collections.frequency(calls, "a")).isEqualTo(1);
		assertThat(Collections.frequency(calls, "b")).isEqualTo(4);
		assertThat(this.recording.retried).isEqualTo(5);
		assertThat(this.recording.replied).isEqualTo(4);
	}

	@Test
	void whenMessageFailsForGoodThenItIsADeadLetterInItsPlace() {
		fail("b", new InvalidInput("too blue"));
		fail("c", new ExecutionFailed("broke", null));
		fail("d", new DeadlineExceeded("late"), new DeadlineExceeded("late"), new DeadlineExceeded("late"));
		List<Message<byte[]>> replies = function(this::reply).reply(messages("a", "b", "c", "d"));
		assertThat(replies).extracting(MessageFunctionTests::text).containsExactly("A", "b", "c", "d");
		assertThat(replies).extracting((message) -> message.getHeaders().get("x-exception-message"))
			.containsExactly(null, "too blue", "broke", "late");
		assertThat(replies).extracting((message) -> message.getHeaders().get("model-serving-outcome"))
			.containsExactly(null, "invalid", "failed", "deadline_exceeded");
		assertThat(replies).extracting((message) -> message.getHeaders().get(Envelope.SEND_TO))
			.containsExactly(null, "dead", "dead", "dead");
		assertThat(this.recording.deadLetters).isEqualTo(3);
	}

	@Test
	void whenPollIsLargerThanAQueueThenOnlySomeAreUnderWay() throws Exception {
		Deque<Runnable> open = new ArrayDeque<>();
		AtomicInteger most = new AtomicInteger();
		ExecutorService thread = Executors.newSingleThreadExecutor();
		try {
			MessageFunction function = function((payload) -> {
				CompletableFuture<byte[]> call = new CompletableFuture<>();
				synchronized (open) {
					open.add(() -> call.complete(bytes(payload)));
					most.accumulateAndGet(open.size(), Math::max);
					open.notifyAll();
				}
				return call;
			});
			List<Message<byte[]>> poll = messages(
					IntStream.range(0, 5000).mapToObj(Integer::toString).toArray(String[]::new));
			Future<List<Message<byte[]>>> replies = thread.submit(() -> function.reply(poll));
			for (int i = 0; i < poll.size(); i++) {
				Runnable last;
				synchronized (open) {
					while (open.isEmpty()) {
						open.wait();
					}
					last = open.removeLast();
				}
				last.run();
			}
			assertThat(replies.get(30, TimeUnit.SECONDS)).extracting(MessageFunctionTests::text)
				.containsExactlyElementsOf(poll.stream().map(MessageFunctionTests::text).toList());
			assertThat(most.get()).isLessThanOrEqualTo(256);
		}
		finally {
			thread.shutdownNow();
		}
	}

	@Test
	void whenTimeIsOverThenPollIsNotReplied() {
		fail("a", new Overloaded("the queue is full", SHORT), new Overloaded("the queue is full", SHORT));
		MessageFunction function = function((payload) -> {
			this.now.addAndGet(TimeUnit.SECONDS.toNanos(6));
			return reply(payload);
		});
		assertThatExceptionOfType(NoReplyException.class).isThrownBy(() -> function.reply(messages("a")))
			.withMessageContainingAll("1 messages of move", "has no reply within PT10S", "the queue is full");
	}

	@Test
	void whenCallHangsThenItIsCancelledAndPollIsNotReplied() {
		CompletableFuture<byte[]> hanging = new CompletableFuture<>();
		MessageFunction function = function((payload) -> {
			this.now.addAndGet(TimeUnit.SECONDS.toNanos(11));
			return hanging;
		});
		assertThatExceptionOfType(NoReplyException.class).isThrownBy(() -> function.reply(messages("a")));
		assertThat(hanging).isCancelled();
	}

	@Test
	void whenApplicationShutsDownThenPollThatWaitsIsGivenUp() {
		fail("a", new ModelUnavailable("drains", Duration.ofHours(1)));
		this.closing.complete(null);
		assertThatExceptionOfType(NoReplyException.class)
			.isThrownBy(() -> function(this::reply).reply(messages("a", "b")))
			.withMessageContaining("shuts down");
	}

	@Test
	void whenReplyIsTooLargeThenMessageIsADeadLetter() {
		List<Message<byte[]>> replies = function((payload) -> CompletableFuture.completedFuture(new byte[101]))
			.reply(messages("a"));
		assertThat(replies.get(0).getHeaders().get("x-exception-message")).asString()
			.contains("101 bytes", "limit of 100", "model-serving.functions.move.max-reply-size");
	}

	@Test
	void whenMessageHasNoPayloadThenItsReplyHasNoneUnlessItHasNoKey() {
		Object none = new Object();
		List<Message<byte[]>> replies = function(this::reply).reply(List.of(MessageBuilder.withPayload(none).build(),
				MessageBuilder.withPayload(none).setHeader("kafka_receivedMessageKey", "k").build()));
		assertThat(replies.get(0).getHeaders().get("x-exception-message")).asString()
			.contains("neither payload nor key");
		assertThat(((Message<?>) replies.get(1)).getPayload()).isSameAs(none);
		assertThat(replies.get(1).getHeaders()).containsEntry("kafka_messageKey", "k")
			.doesNotContainKey(Envelope.SEND_TO);
	}

	@Test
	void whenSenderSaysWhereRepliesGoThenThatIsLeftBehind() {
		Message<byte[]> message = MessageBuilder.withPayload(bytes("a"))
			.setHeader("tenant", "blue")
			.setHeader("count", 3)
			.setHeader(Envelope.SEND_TO, "elsewhere")
			.setHeader("Spring.Cloud.Function.definition", "other")
			.setHeader("kafka_topic", "elsewhere")
			.setHeader("kafka_partitionId", 7)
			.setHeader("scst_partition", 7)
			.setHeader("x-exception-message", "of another time")
			.setHeader(MessageHeaders.REPLY_CHANNEL, "elsewhere")
			.build();
		assertThat(function(this::reply).reply(List.of(message)).get(0).getHeaders().keySet())
			.containsExactlyInAnyOrder("id", "timestamp", "contentType", "tenant", "count");
	}

	@ParameterizedTest
	@ValueSource(strings = { "nonsense", "", "a/b/c", "application/json; charset=\"" })
	void whenContentTypeIsMalformedThenMessageIsADeadLetter(String type) {
		Message<byte[]> message = MessageBuilder.withPayload(bytes("a")).setHeader("contentType", bytes(type)).build();
		assertThat(function(this::reply).reply(List.of(message)).get(0).getHeaders().get("x-exception-message"))
			.asString()
			.contains("Content type", "malformed");
	}

	@Test
	void whenPollArrivesAsOneMessageThenEachHasItsOwnHeaders() {
		Message<List<byte[]>> poll = MessageBuilder.withPayload(List.of(bytes("a"), bytes("b")))
			.setHeader("kafka_receivedMessageKey", List.of(bytes("1"), bytes("2")))
			.setHeader("kafka_batchConvertedHeaders", List.of(Map.of("tenant", "blue"), Map.of("tenant", "red")))
			.build();
		List<Message<byte[]>> replies = function(this::reply).apply(poll);
		assertThat(replies).extracting((message) -> message.getHeaders().get("tenant")).containsExactly("blue", "red");
		assertThat(replies).extracting((message) -> message.getHeaders().get("kafka_messageKey"))
			.containsExactly(bytes("1"), bytes("2"));
	}

	private void fail(String payload, RuntimeException... all) {
		this.failures.put(payload, new ArrayDeque<>(List.of(all)));
	}

	private CompletableFuture<byte[]> reply(String payload) {
		RuntimeException failure = this.failures.getOrDefault(payload, new ArrayDeque<>()).poll();
		return (failure != null) ? CompletableFuture.failedFuture(failure)
				: CompletableFuture.completedFuture(bytes(payload.toUpperCase(java.util.Locale.ROOT)));
	}

	private MessageFunction function(java.util.function.Function<String, CompletableFuture<byte[]>> replies) {
		return new MessageFunction("move",
				(byte[] payload, MimeType type) -> replies.apply(new String(payload, StandardCharsets.UTF_8)),
				new Settings("dead", Duration.ofSeconds(10), 100), this.closing, this.recording, this.now::get);
	}

	private static List<Message<byte[]>> messages(String... payloads) {
		List<Message<byte[]>> messages = new ArrayList<>();
		for (String payload : payloads) {
			messages.add(MessageBuilder.withPayload(bytes(payload)).build());
		}
		return messages;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String text(Message<byte[]> message) {
		return new String(message.getPayload(), StandardCharsets.UTF_8);
	}

	private static final class Recording implements MessageListener {

		private int replied;

		private int deadLetters;

		private int retried;

		@Override
		public void polled(int repliedMessages, int deadLetterMessages, long nanos) {
			this.replied += repliedMessages;
			this.deadLetters += deadLetterMessages;
		}

		@Override
		public void retried(int messages) {
			this.retried += messages;
		}

	}

}
