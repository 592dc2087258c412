package io.modelserving.openinference.grpc;

import java.util.concurrent.CompletableFuture;

import io.modelserving.codec.InferenceRequestBody;
import io.modelserving.grpc.ModelInferRequest;
import io.modelserving.grpc.ModelInferResponse;
import io.modelserving.model.DerivedFutures;
import io.modelserving.openinference.InferenceRequests;
import io.modelserving.openinference.ModelLookup;
import io.modelserving.openinference.OutputFormats;
import io.modelserving.openinference.OutputLabels;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.tensor.NamedTensors;
import org.jspecify.annotations.Nullable;

/**
 * Runs models on messages. Thread-safe; no thread waits for a model.
 *
 * @param service runs the models
 * @param models finds them
 * @param labels knows the labels of their classes
 */
record Inference(InferenceService service, ModelLookup models, OutputLabels labels) {

	/**
	 * Run a model. To be called on the thread of the call, whose deadline and metadata
	 * count.
	 * @param request the message; its memory is released when the call has completed
	 * @return the response, or the failure; cancelling it cancels the request
	 */
	CompletableFuture<ModelInferResponse> run(PooledRequest request) {
		try {
			ModelInferRequest message = request.message();
			String name = message.getModelName();
			Long version = this.models.version(name, emptyToNull(message.getModelVersion()));
			this.models.find(name, version);
			InferenceRequestBody body = RequestMessages.body(request);
			OutputFormats formats = OutputFormats.of(body);
			InferenceRequest call = InferenceRequests.of(name, version, body, routingKey(name),
					CallDeadline.of(System.nanoTime()), CallHeaders.get("cache-control"));
			return respond(this.service.infer(call), body, formats);
		}
		catch (RuntimeException ex) {
			request.memory().release();
			return CompletableFuture.failedFuture(ex);
		}
	}

	private CompletableFuture<ModelInferResponse> respond(CompletableFuture<InferenceResult> call,
			InferenceRequestBody request, OutputFormats formats) {
		CompletableFuture<ModelInferResponse> response = DerivedFutures.map(call, (result) -> {
			NamedTensors outputs = formats.apply(result.outputs(),
					(output) -> this.labels.labels(result.model(), output));
			return ResponseMessages.of(result.model(), (request.id() != null) ? request.id() : "", outputs);
		});
		response.whenComplete((message, failure) -> request.memory().release());
		return response;
	}

	private @Nullable String routingKey(String model) {
		String header = this.models.stickyHeader(model);
		return (header != null) ? CallHeaders.get(header) : null;
	}

	static @Nullable String emptyToNull(String value) {
		return value.isEmpty() ? null : value;
	}

}
