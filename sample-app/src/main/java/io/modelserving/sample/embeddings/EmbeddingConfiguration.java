package io.modelserving.sample.embeddings;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;

import io.modelserving.text.TextEncoder;

/**
 * The tokenizer of the embedding model.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EmbeddingLimits.class)
class EmbeddingConfiguration {

	/**
	 * Create the encoder. It cuts texts off behind one token more than the model reads,
	 * so that the endpoint can see that a text is too long.
	 * @param limits what it takes
	 * @return the encoder
	 */
	@Bean
	TextEncoder textEncoder(EmbeddingLimits limits) {
		return TextEncoder
			.of(new ClassPathResource("all-minilm-l6-v2-tokenizer.json"), EmbeddingEndpoint.MAX_TOKENS + 1)
			.withMaxCharacters(limits.maxCharacters(), limits.maxTotalCharacters());
	}

}
