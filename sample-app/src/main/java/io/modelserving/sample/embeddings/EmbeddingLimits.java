package io.modelserving.sample.embeddings;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much text a request may have. The tokenizer takes about half a kilobyte of native
 * memory for each character of a text, so the limits protect the process.
 *
 * @param maxCharacters Most characters of a text.
 * @param maxTotalCharacters Most characters of all texts of a request.
 */
@ConfigurationProperties("embeddings")
record EmbeddingLimits(@DefaultValue("100000") int maxCharacters, @DefaultValue("1000000") int maxTotalCharacters) {

	static final String MAX_CHARACTERS = "embeddings.max-characters";

	static final String MAX_TOTAL_CHARACTERS = "embeddings.max-total-characters";

}
