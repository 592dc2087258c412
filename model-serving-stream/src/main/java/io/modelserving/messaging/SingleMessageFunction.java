package io.modelserving.messaging;

import java.util.List;
import java.util.function.Function;

import org.springframework.messaging.Message;

/**
 * Replies to one message after the other, for a binding without batch mode. Thread-safe.
 *
 * @param polls replies to the messages of a poll
 */
record SingleMessageFunction(MessageFunction polls) implements Function<Message<byte[]>, Message<byte[]>> {

	@Override
	public Message<byte[]> apply(Message<byte[]> message) {
		return this.polls.reply(List.of(message)).get(0);
	}

}
