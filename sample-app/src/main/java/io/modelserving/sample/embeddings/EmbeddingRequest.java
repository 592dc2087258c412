package io.modelserving.sample.embeddings;

import java.util.List;

import io.modelserving.model.Quoted;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What to embed, in the words of OpenAI's API.
 *
 * @param input a text, or a list of texts
 * @param model the name of the model
 * @param encodingFormat {@code float} for numbers, {@code base64} for the bytes of 32-bit
 * numbers, the lowest byte first
 * @param dimensions the length of the vectors, which must be the model's own
 * @param user who asks, which is not looked at
 */
record EmbeddingRequest(@Schema(description = "A text, or a list of texts", oneOf = {
		String.class, String[].class }) Object input, String model,
		@JsonProperty("encoding_format") @Pattern(regexp = "float|base64") @Nullable String encodingFormat,
		@Nullable Integer dimensions, @Nullable String user){

	private static final int MAX_TEXTS = 2048;

	EmbeddingRequest(List<String> input, String model) {
		this(input, model, null, null, null);
	}

	boolean isBase64() {
		return "base64".equals(this.encodingFormat);
	}

	/**
	 * Return the texts.
	 * @return one text or more
	 * @throws IllegalArgumentException if the input is none of the forms that are served
	 */
	List<String> texts() {
		List<?> elements = (this.input instanceof List<?> list) ? list : List.of(this.input);
		if (elements.isEmpty() || elements.size() > MAX_TEXTS) {
			throw new IllegalArgumentException("input: %d texts are too %s; send 1 to %d".formatted(elements.size(),
					elements.isEmpty() ? "few" : "many", MAX_TEXTS));
		}
		return elements.stream().map(EmbeddingRequest::text).toList();
	}

	private static String text(Object element) {
		if (element instanceof String text) {
			if (text.isEmpty()) {
				throw new IllegalArgumentException("input: a text is empty; send at least one character");
			}
			return text;
		}
		if (element instanceof Number || element instanceof List<?>) {
			throw new IllegalArgumentException("input: arrays of tokens are not supported, "
					+ "because tokens of other models mean nothing to this one; send the texts themselves");
		}
		throw new IllegalArgumentException(
				"input: %s is no text; send a string or an array of strings".formatted(Quoted.text(element)));
	}

}
