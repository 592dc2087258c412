package io.modelserving.messaging;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import org.springframework.util.MimeType;

import io.modelserving.batching.Deadline;
import io.modelserving.codec.InferenceCodec;
import io.modelserving.codec.InferenceRequestBody;
import io.modelserving.codec.InferenceResponseBody;
import io.modelserving.model.DerivedFutures;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.openinference.InferenceRequests;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;

/**
 * Replies to messages that are requests of the Open Inference Protocol in JSON, as
 * {@code POST /v2/models/<name>/infer} does.
 *
 * @param model the name of the model
 * @param service runs it
 */
record ModelReplies(String model, InferenceService service) implements Replies {

	private static final long MAX_TENSOR_BYTES = 256L << 20;

	private static final InferenceCodec CODEC = new InferenceCodec(MAX_TENSOR_BYTES);

	@Override
	public CompletableFuture<byte[]> reply(byte[] payload, MimeType contentType) {
		try {
			if (!RequestReplies.isJson(contentType)) {
				throw new InvalidInput("Content type %s is not read; send application/json".formatted(contentType));
			}
			InferenceRequestBody body = CODEC.readRequest(new ByteArrayInputStream(payload));
			return DerivedFutures.map(this.service.infer(
					InferenceRequests.of(this.model, null, body, null, Deadline.after(null, System.nanoTime()), null)),
					(result) -> encode(result, body.id()));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private static byte[] encode(InferenceResult result, @Nullable String id) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try {
			CODEC
				.encode(new InferenceResponseBody(result.model().name(), Long.toString(result.model().version()), id,
						Map.of(), result.outputs()), Set.of())
				.writeTo(bytes);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return bytes.toByteArray();
	}

	/**
	 * Finds models.
	 *
	 * @param service runs them
	 * @param registry knows them
	 */
	record Factory(InferenceService service, ModelRegistry registry) {

		Replies of(String property, String model) {
			if (this.registry.find(model).isEmpty()) {
				List<String> names = this.registry.models()
					.stream()
					.map((existing) -> existing.key().name())
					.distinct()
					.toList();
				throw MessageFunctions.unknown(property, "model", model, names);
			}
			return new ModelReplies(model, this.service);
		}

	}

}
