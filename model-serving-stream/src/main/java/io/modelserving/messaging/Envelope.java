package io.modelserving.messaging;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

import io.modelserving.endpoint.EndpointInvoker;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Quoted;

/**
 * What goes from a message to its reply: the key, and the headers that its sender has
 * set. What brokers and frameworks route by is left behind, as a sender must not say
 * where replies go.
 */
final class Envelope {

	/** The topic to which Spring Cloud Stream sends a message instead. */
	static final String SEND_TO = "spring.cloud.stream.sendto.destination";

	static final String OUTCOME = "model-serving-outcome";

	/** As in the dead letters of Spring Cloud Stream. */
	static final String REASON = "x-exception-message";

	private static final String TOPIC = "kafka_topic";

	private static final String KEY = "kafka_messageKey";

	private static final String RECEIVED = "kafka_received";

	private static final String OFFSET = "kafka_offset";

	private static final String RECEIVED_KEY = RECEIVED + "MessageKey";

	private static final Map<String, String> ORIGINAL = Map.of(RECEIVED + "Topic", "x-original-topic",
			RECEIVED + "PartitionId", "x-original-partition", OFFSET, "x-original-offset");

	private static final Set<String> OWN = Set.of(MessageHeaders.ID, MessageHeaders.TIMESTAMP,
			MessageHeaders.CONTENT_TYPE, MessageHeaders.REPLY_CHANNEL, MessageHeaders.ERROR_CHANNEL, "deliveryAttempt",
			"sourceData", "target-protocol", "nativeHeaders", OUTCOME, REASON);

	private static final Set<String> PREFIXES = Set.of("kafka_", "amqp_", "scst_", "spring.cloud.", "scf-", "lambda");

	/** What Kafka and Rabbit have of the headers of each message of a poll. */
	private static final List<String> HEADERS_OF_EACH = List.of("kafka_batchConvertedHeaders", "amqp_batchedHeaders");

	private static final List<String> VALUES_OF_EACH = List.of(RECEIVED_KEY, RECEIVED + "Topic",
			RECEIVED + "PartitionId", OFFSET);

	private Envelope() {
	}

	/**
	 * Take a poll apart.
	 * @param poll the payloads, with the headers of each in lists
	 * @return the messages
	 */
	static List<Message<?>> split(Message<? extends List<?>> poll) {
		List<Message<?>> messages = new ArrayList<>();
		List<?> payloads = poll.getPayload();
		for (int i = 0; i < payloads.size(); i++) {
			MessageBuilder<?> builder = MessageBuilder.withPayload(payloads.get(i));
			for (String name : HEADERS_OF_EACH) {
				if (at(poll, name, i) instanceof Map<?, ?> headers) {
					headers.forEach((header, value) -> builder.setHeader(String.valueOf(header), value));
				}
			}
			for (String name : VALUES_OF_EACH) {
				builder.setHeader(name, at(poll, name, i));
			}
			messages.add(builder.build());
		}
		return messages;
	}

	private static @Nullable Object at(Message<?> poll, String header, int index) {
		return (poll.getHeaders().get(header) instanceof List<?> values && index < values.size()) ? values.get(index)
				: null;
	}

	/**
	 * Return the type of a payload.
	 * @param message the message
	 * @return the type, JSON if it says none
	 * @throws InvalidInput if it says something that is none
	 */
	static MimeType contentType(Message<?> message) {
		Object type = message.getHeaders().get(MessageHeaders.CONTENT_TYPE);
		if (type instanceof MimeType mimeType) {
			return mimeType;
		}
		String text = (type instanceof byte[] bytes) ? new String(bytes, StandardCharsets.UTF_8)
				: String.valueOf((type != null) ? type : MimeTypeUtils.APPLICATION_JSON_VALUE);
		try {
			// the headers of Kafka are JSON in old versions
			return MimeTypeUtils.parseMimeType(text.replace("\"", ""));
		}
		catch (RuntimeException ex) {
			throw new InvalidInput("Content type %s is malformed".formatted(Quoted.name(text)));
		}
	}

	/** Return whether a message has a key. */
	static boolean hasKey(Message<?> message) {
		return message.getHeaders().get(RECEIVED_KEY) != null;
	}

	/**
	 * Make a reply.
	 * @param message the message
	 * @param payload the payload of the reply
	 * @return the reply, in JSON
	 */
	static <T> Message<T> reply(Message<?> message, T payload) {
		return carried(message, payload).setHeader(MessageHeaders.CONTENT_TYPE, MimeTypeUtils.APPLICATION_JSON_VALUE)
			.build();
	}

	/**
	 * Make a dead letter: the message as it was, with the reason.
	 * @param message the message
	 * @param destination where it goes
	 * @param failure the reason
	 * @return the dead letter
	 */
	static Message<?> deadLetter(Message<?> message, String destination, Throwable failure) {
		MessageBuilder<?> letter = carried(message, message.getPayload());
		Object contentType = message.getHeaders().get(MessageHeaders.CONTENT_TYPE);
		letter.setHeader(MessageHeaders.CONTENT_TYPE, (contentType != null) ? contentType.toString() : null);
		ORIGINAL.forEach((received, original) -> {
			Object value = message.getHeaders().get(received);
			letter.setHeader(original, (value != null) ? value.toString() : null);
		});
		return letter.setHeader(SEND_TO, destination)
			.setHeader(TOPIC, destination)
			.setHeader(OUTCOME, EndpointInvoker.outcome(failure).name().toLowerCase(Locale.ROOT))
			.setHeader(REASON, Quoted.message(EndpointInvoker.reason(failure)))
			.build();
	}

	private static <T> MessageBuilder<T> carried(Message<?> message, T payload) {
		MessageBuilder<T> builder = MessageBuilder.withPayload(payload);
		message.getHeaders().forEach((name, value) -> {
			if (isCarried(name, value)) {
				builder.setHeader(name, value);
			}
		});
		return builder.setHeader(KEY, message.getHeaders().get(RECEIVED_KEY));
	}

	private static boolean isCarried(String name, @Nullable Object value) {
		String lower = name.toLowerCase(Locale.ROOT);
		return value != null && !OWN.contains(name) && PREFIXES.stream().noneMatch(lower::startsWith);
	}

}
