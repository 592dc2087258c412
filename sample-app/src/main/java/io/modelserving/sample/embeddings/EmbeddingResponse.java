package io.modelserving.sample.embeddings;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;

/**
 * Embedded texts, in the words of OpenAI's API.
 *
 * @param object always {@code list}
 * @param data the vectors, in the order of the texts
 * @param model the name of the model
 * @param usage what was read
 */
record EmbeddingResponse(String object, List<Embedding> data, String model, Usage usage) {

	EmbeddingResponse(List<Embedding> data, String model, int tokens) {
		this("list", data, model, new Usage(tokens, tokens));
	}

	/**
	 * An embedded text.
	 *
	 * @param object always {@code embedding}
	 * @param index the position of the text in the request
	 * @param embedding the vector, as numbers or in Base64
	 */
	record Embedding(String object, int index, @Schema(description = "Numbers, or their bytes in Base64", oneOf = {
			float[].class, String.class }) Object embedding){

		Embedding(int index, Object embedding) {
			this("embedding", index, embedding);
		}

	}

	/**
	 * The size of a request.
	 *
	 * @param promptTokens the tokens of all texts
	 * @param totalTokens the same, as there is nothing else
	 */
	record Usage(@JsonProperty("prompt_tokens") int promptTokens, @JsonProperty("total_tokens") int totalTokens) {
	}

}
