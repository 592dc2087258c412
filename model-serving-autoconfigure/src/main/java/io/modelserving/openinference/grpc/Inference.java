package io.modelserving.openinference.grpc;

import java.util.concurrent.CompletableFuture;

import io.grpc.Status;
import io.modelserving.codec.InferenceRequestBody;
import io.modelserving.grpc.ModelInferRequest;
import io.modelserving.grpc.ModelInferResponse;
import io.modelserving.model.DerivedFutures;
import io.modelserving.model.ModelKey;
import io.modelserving.openinference.InferenceRequests;
import io.modelserving.openinference.ModelLookup;
import io.modelserving.openinference.OutputFormats;
import io.modelserving.openinference.OutputLabels;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelSnapshot;
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

	/** In Triton's words. */
	private static final Status DECOUPLED = Status.UNIMPLEMENTED
		.withDescription("ModelInfer RPC doesn't support models with decoupled transaction policy");

	/**
	 * Run a model. To be called on the thread of the call, whose deadline and metadata
	 * count.
	 * @param request the message; its memory is released when the call has completed
	 * @param sink takes the responses of a decoupled model, or {@code null} for a call
	 * that has one response
	 * @return the response, which has no outputs where the sink has taken them, or the
	 * failure; cancelling it cancels the request
	 */
	CompletableFuture<ModelInferResponse> run(PooledRequest request, @Nullable ResponseSink sink) {
		try {
			ModelInferRequest message = request.message();
			String name = message.getModelName();
			Long version = this.models.version(name, emptyToNull(message.getModelVersion()));
			ModelSnapshot model = this.models.find(name, version);
			boolean decoupled = model.details() != null && model.details().metadata().decoupled();
			if (decoupled && sink == null) {
				throw DECOUPLED.asRuntimeException();
			}
			InferenceRequestBody body = RequestMessages.body(request);
			OutputFormats formats = OutputFormats.of(body);
			InferenceRequest call = InferenceRequests.of(name, version, body, routingKey(name),
					CallDeadline.of(System.nanoTime()), CallHeaders.get("cache-control"));
			if (decoupled && sink != null) {
				sink.decoupled();
				call = call.to((outputs) -> sink.send(message(model.key(), outputs, body, formats)));
			}
			return respond(this.service.infer(call), body, formats);
		}
		catch (RuntimeException ex) {
			request.memory().release();
			return CompletableFuture.failedFuture(ex);
		}
	}

	private CompletableFuture<ModelInferResponse> respond(CompletableFuture<InferenceResult> call,
			InferenceRequestBody request, OutputFormats formats) {
		CompletableFuture<ModelInferResponse> response = DerivedFutures.map(call,
				(result) -> message(result.model(), result.outputs(), request, formats));
		response.whenComplete((message, failure) -> request.memory().release());
		return response;
	}

	private ModelInferResponse message(ModelKey model, NamedTensors outputs, InferenceRequestBody request,
			OutputFormats formats) {
		NamedTensors formatted = outputs.names().isEmpty() ? outputs
				: formats.apply(outputs, (output) -> this.labels.labels(model, output));
		return ResponseMessages.of(model, (request.id() != null) ? request.id() : "", formatted);
	}

	private @Nullable String routingKey(String model) {
		String header = this.models.stickyHeader(model);
		return (header != null) ? CallHeaders.get(header) : null;
	}

	static @Nullable String emptyToNull(String value) {
		return value.isEmpty() ? null : value;
	}

	/**
	 * Takes the responses of a decoupled model.
	 */
	interface ResponseSink {

		/**
		 * The call is one of a decoupled model.
		 */
		void decoupled();

		/**
		 * Send a response, and wait for a client that reads slowly.
		 * @param response the response
		 * @throws io.modelserving.serving.stream.StreamClosedException if nobody takes it
		 * any more
		 */
		void send(ModelInferResponse response);

	}

}
