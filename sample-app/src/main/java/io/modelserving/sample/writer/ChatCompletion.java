package io.modelserving.sample.writer;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import io.modelserving.sample.writer.ChatRequest.Message;

/**
 * A text, or a part of one, in the words of OpenAI's API.
 *
 * @param id the same for all parts
 * @param object what this is
 * @param created when, in seconds since 1970
 * @param model the name of the model
 * @param choices the text, which is the only choice
 * @param usage how many characters were read and written
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ChatCompletion(String id, String object, long created, String model, List<Choice> choices,
		@Nullable Usage usage) {

	static ChatCompletion of(Message message, boolean complete, Usage usage) {
		return new ChatCompletion("chatcmpl-" + UUID.randomUUID(), "chat.completion", Instant.now().getEpochSecond(),
				"writer", List.of(new Choice(0, message, null, reason(complete))), usage);
	}

	/** Begin a stream with an empty part. */
	static ChatCompletion begin() {
		return new ChatCompletion("chatcmpl-" + UUID.randomUUID(), "chat.completion.chunk",
				Instant.now().getEpochSecond(), "writer",
				List.of(new Choice(0, null, new Delta("assistant", ""), null)), null);
	}

	ChatCompletion next(String content) {
		return part(new Choice(0, null, new Delta(null, content), null));
	}

	ChatCompletion end(boolean complete) {
		return part(new Choice(0, null, new Delta(null, null), reason(complete)));
	}

	private ChatCompletion part(Choice choice) {
		return new ChatCompletion(this.id, this.object, this.created, this.model, List.of(choice), null);
	}

	private static String reason(boolean complete) {
		return complete ? "stop" : "length";
	}

	/**
	 * A text or a part.
	 *
	 * @param index always 0
	 * @param message the text
	 * @param delta the part
	 * @param finishReason why the text ends, in its last part
	 */
	record Choice(int index, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Message message,
			@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Delta delta,
			@JsonProperty("finish_reason") @Nullable String finishReason) {
	}

	/**
	 * A part of a text.
	 *
	 * @param role who writes, in the first part
	 * @param content the part
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	record Delta(@Nullable String role, @Nullable String content) {
	}

	/**
	 * What a text took, in characters.
	 *
	 * @param promptTokens those read
	 * @param completionTokens those written
	 * @param totalTokens both
	 */
	record Usage(@JsonProperty("prompt_tokens") int promptTokens,
			@JsonProperty("completion_tokens") int completionTokens, @JsonProperty("total_tokens") int totalTokens) {
	}

}
