package io.modelserving.messaging;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import io.modelserving.autoconfigure.PropertyPath;

/**
 * Properties of functions that reply to messages.
 *
 * @param functions Functions that reply to messages, by the name of their bean.
 */
@ConfigurationProperties("model-serving")
record FunctionProperties(@DefaultValue Map<String, Target> functions) {

	static final String PREFIX = "model-serving.functions";

	FunctionProperties {
		functions.forEach((name, function) -> function.check(new PropertyPath(PREFIX).child(name)));
	}

	/**
	 * Properties of a function.
	 *
	 * @param endpoint Path or bean name of the typed endpoint whose handler replies.
	 * @param model Name of the model that replies to requests of the Open Inference
	 * Protocol.
	 * @param pipeline Name of the bean of the pipeline that replies.
	 * @param deadLetters Topic for messages that get no reply. Defaults to the
	 * destination of the binding, or the name of the function, with "-dlt" behind it.
	 * @param timeout Time within which a poll must have its replies, or is delivered
	 * again. Must be shorter than "max.poll.interval.ms" of the consumer.
	 * @param maxReplySize Size over which a reply is not sent, and its message goes to
	 * the dead letters.
	 */
	record Target(@Nullable String endpoint, @Nullable String model, @Nullable String pipeline,
			@Nullable String deadLetters, @DefaultValue("2m") Duration timeout,
			@DefaultValue("1000000B") DataSize maxReplySize) {

		private void check(PropertyPath path) {
			path.positive("timeout", this.timeout);
			path.check(this.maxReplySize.toBytes() > 0, "max-reply-size", this.maxReplySize, "it must be positive");
		}

		/**
		 * Return what replies, if exactly one thing does.
		 */
		Optional<String> only() {
			return (Stream
				.of(Optional.ofNullable(this.endpoint), Optional.ofNullable(this.model),
						Optional.ofNullable(this.pipeline))
				.filter(Optional::isPresent)
				.count() == 1) ? Optional.ofNullable(
						(this.endpoint != null) ? this.endpoint : (this.model != null) ? this.model : this.pipeline)
						: Optional.empty();
		}

	}

}
