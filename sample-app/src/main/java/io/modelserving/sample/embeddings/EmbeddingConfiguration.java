package io.modelserving.sample.embeddings;

import java.io.IOException;
import java.io.InputStream;

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
	 * @throws IOException if the tokenizer cannot be read
	 */
	@Bean
	TextEncoder textEncoder(EmbeddingLimits limits) throws IOException {
		InputStream tokenizer = new ClassPathResource("all-minilm-l6-v2-tokenizer.json").getInputStream();
		return TextEncoder.of(tokenizer, EmbeddingEndpoint.MAX_TOKENS + 1)
			.withMaxCharacters(limits.maxCharacters(), limits.maxTotalCharacters());
	}

}
