package io.modelserving.messaging;

import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * The meters of a function.
 */
final class MessageMeters implements MessageListener {

	private static final String FUNCTION = "function";

	private final Timer polls;

	private final DistributionSummary messages;

	private final Counter replied;

	private final Counter deadLetters;

	private final Counter retries;

	MessageMeters(String function, MeterRegistry registry) {
		this.polls = Timer.builder("model.serving.polls")
			.description("Time to reply to the messages of a poll")
			.tag(FUNCTION, function)
			.register(registry);
		this.messages = DistributionSummary.builder("model.serving.polls.messages")
			.description("Messages in a poll")
			.tag(FUNCTION, function)
			.register(registry);
		this.replied = counter("replied", function, registry);
		this.deadLetters = counter("dead_letter", function, registry);
		this.retries = Counter.builder("model.serving.messages.retries")
			.description("Times that a message was tried again within its poll")
			.tag(FUNCTION, function)
			.register(registry);
	}

	private static Counter counter(String outcome, String function, MeterRegistry registry) {
		return Counter.builder("model.serving.messages")
			.description("Messages that were worked on, by the outcome")
			.tag(FUNCTION, function)
			.tag("outcome", outcome)
			.register(registry);
	}

	@Override
	public void polled(int repliedMessages, int deadLetterMessages, long nanos) {
		this.polls.record(nanos, TimeUnit.NANOSECONDS);
		this.messages.record(repliedMessages + deadLetterMessages);
		this.replied.increment(repliedMessages);
		this.deadLetters.increment(deadLetterMessages);
	}

	@Override
	public void retried(int retriedMessages) {
		this.retries.increment(retriedMessages);
	}

}
