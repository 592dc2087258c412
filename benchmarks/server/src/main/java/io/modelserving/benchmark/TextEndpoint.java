package io.modelserving.benchmark;

import java.nio.file.Path;
import java.util.Arrays;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.text.Pooling;
import io.modelserving.text.TextEncoder;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Profile;

/**
 * Embeds texts.
 */
@ModelEndpoint(path = "/embed", model = "minilm")
@Profile("text")
class TextEndpoint implements ModelHandler<TextEndpoint.Request, TextEndpoint.Embedding> {

	private static final int MAX_TOKENS = 256;

	private final TextEncoder encoder;

	TextEndpoint(@Value("${MODELS}/minilm-tokenizer.json") Path tokenizer) {
		this.encoder = TextEncoder.of(tokenizer, MAX_TOKENS);
	}

	@Override
	public NamedTensors encode(Request request) {
		return this.encoder.encode(request.input());
	}

	@Override
	public Embedding decode(Request request, NamedTensors outputs) {
		NumericTensor hidden = outputs.numeric("last_hidden_state");
		Shape shape = Shape.of(hidden.shape().dimension(0), hidden.shape().dimension(1));
		long[] mask = new long[Math.toIntExact(shape.elementCount())];
		Arrays.fill(mask, 1);
		return new Embedding(Pooling.normalize(Pooling.mean(hidden, Tensor.of(shape, mask)))[0]);
	}

	record Request(String input) {
	}

	record Embedding(float[] embedding) {
	}

}
