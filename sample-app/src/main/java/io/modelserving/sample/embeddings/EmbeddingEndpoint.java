package io.modelserving.sample.embeddings;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.MultiItemModelHandler;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.Quoted;
import io.modelserving.sample.embeddings.EmbeddingResponse.Embedding;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.text.Pooling;
import io.modelserving.text.TextEncoder;

/**
 * Embeds texts for any client of OpenAI's API. Each text is a call of its own, so texts
 * of all clients share batches.
 */
@ModelEndpoint(path = "/v1/embeddings", model = EmbeddingEndpoint.MODEL, summary = "Embed texts as vectors",
		description = "Compatible with OpenAI's API: point a client of it at `/v1`.")
class EmbeddingEndpoint implements MultiItemModelHandler<EmbeddingRequest, EmbeddingResponse> {

	static final String MODEL = "all-minilm-l6-v2";

	/** What the model was trained to read. */
	static final int MAX_TOKENS = 256;

	private static final int DIMENSIONS = 384;

	private final TextEncoder encoder;

	EmbeddingEndpoint(TextEncoder encoder) {
		this.encoder = encoder;
	}

	@Override
	public List<NamedTensors> encode(EmbeddingRequest request) {
		if (!request.model().equals(MODEL)) {
			throw new ModelNotFound(
					"model: %s is not served here; there is \"%s\"".formatted(Quoted.name(request.model()), MODEL));
		}
		if (request.dimensions() != null && request.dimensions() != DIMENSIONS) {
			throw new IllegalArgumentException(
					"dimensions: %s gives vectors of %d numbers, which cannot be changed to %d".formatted(MODEL,
							DIMENSIONS, request.dimensions()));
		}
		try {
			List<NamedTensors> encoded = this.encoder.encode(request.texts());
			encoded.forEach(EmbeddingEndpoint::checkLength);
			return encoded;
		}
		catch (InvalidInput ex) {
			throw new InvalidInput("input: %s (%s, %s)".formatted(ex.getMessage(), EmbeddingLimits.MAX_CHARACTERS,
					EmbeddingLimits.MAX_TOTAL_CHARACTERS));
		}
	}

	private static void checkLength(NamedTensors tokens) {
		if (tokens.get(TextEncoder.INPUT_IDS).shape().dimension(1) > MAX_TOKENS) {
			throw new IllegalArgumentException(
					"input: a text has more than %d tokens, which is all that %s reads; ".formatted(MAX_TOKENS, MODEL)
							+ "send it in parts");
		}
	}

	@Override
	public EmbeddingResponse decode(EmbeddingRequest request, List<NamedTensors> outputs) {
		List<Embedding> embeddings = new ArrayList<>(outputs.size());
		int tokens = 0;
		for (NamedTensors output : outputs) {
			float[] vector = embed(output);
			embeddings.add(new Embedding(embeddings.size(), request.isBase64() ? base64(vector) : vector));
			tokens += Math.toIntExact(output.get("last_hidden_state").shape().dimension(1));
		}
		return new EmbeddingResponse(embeddings, MODEL, tokens);
	}

	/** Pool the vectors of all tokens, and bring the sum to length 1. */
	static float[] embed(NamedTensors output) {
		return Pooling.normalize(Pooling.mean(output.numeric("last_hidden_state")))[0];
	}

	private static String base64(float[] vector) {
		ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
		bytes.asFloatBuffer().put(vector);
		return Base64.getEncoder().encodeToString(bytes.array());
	}

	@Override
	public EmbeddingRequest example() {
		return new EmbeddingRequest(List.of("Where is the station?", "How do I get to the train?"), MODEL);
	}

}
