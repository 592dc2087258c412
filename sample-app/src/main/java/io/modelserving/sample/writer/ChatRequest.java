package io.modelserving.sample.writer;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.Quoted;

/**
 * What to write, in the words of OpenAI's API.
 *
 * @param model the name of the model
 * @param messages a chat, of which the last message is the beginning of the text
 * @param stream whether each character is wanted as soon as it is written
 * @param maxTokens the most characters to write
 * @param temperature 0 always writes the same
 * @param seed the same seed writes the same, too
 */
record ChatRequest(@Schema(example = "writer") @Nullable String model, @Nullable List<@Nullable Message> messages,
		@Schema(example = "false") @Nullable Boolean stream,
		@Schema(example = "200") @JsonProperty("max_completion_tokens") @Nullable Integer maxTokens,
		@Schema(example = "0") @Nullable Double temperature, @Schema(example = "7") @Nullable Long seed) {

	private static final int LONGEST = 200;

	boolean isStream() {
		return Boolean.TRUE.equals(this.stream);
	}

	int most() {
		return (this.maxTokens != null) ? Math.max(1, Math.min(this.maxTokens, LONGEST)) : LONGEST;
	}

	/**
	 * Return the text to go on with.
	 * @return its last characters, one at least
	 * @throws IllegalArgumentException if there is none
	 * @throws ModelNotFound if another model is asked for
	 */
	String start() {
		if (!"writer".equals(this.model)) {
			throw new ModelNotFound(
					"model: %s does not write here; there is \"writer\"".formatted(Quoted.text(this.model)));
		}
		Message message = (this.messages == null || this.messages.isEmpty()) ? null
				: this.messages.get(this.messages.size() - 1);
		String last = (message == null || message.content() == null) ? "" : message.content();
		if (last.isEmpty()) {
			throw new IllegalArgumentException("messages: the last one has no content; send how the text begins");
		}
		return last.substring(Math.max(0, last.length() - LONGEST));
	}

	/** Return what draws the characters. */
	Supplier<Float> draws() {
		if (this.temperature != null && this.temperature == 0) {
			return () -> 0.5f;
		}
		Random random = (this.seed != null) ? new Random(this.seed) : new Random();
		return random::nextFloat;
	}

	/**
	 * A message.
	 *
	 * @param role whose it is
	 * @param content the text
	 */
	record Message(@Schema(example = "user") @Nullable String role,
			@Schema(example = "the busy server ") @Nullable String content) {
	}

}
