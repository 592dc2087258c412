package io.modelserving.openinference.http;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.modelserving.codec.InferenceRequestBody;
import io.modelserving.codec.JsonTensors;
import io.modelserving.openinference.InferenceRequests;
import io.modelserving.openinference.ModelLookup;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import org.jspecify.annotations.Nullable;

import org.springframework.web.context.request.async.WebAsyncUtils;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Runs models. A thread of the server reads the request and hands it on; none is held
 * while the request waits and runs, and another writes the answer.
 */
final class InferenceHandler {

	private final InferenceService service;

	private final ModelLookup models;

	private final RequestBodies bodies;

	private final InferenceResponses responses;

	private final JsonTensors codec;

	private final Duration asyncTimeout;

	/**
	 * Create a handler.
	 * @param service runs the models
	 * @param models finds them
	 * @param bodies reads the requests
	 * @param codec reads their tensors and writes those of the answers
	 * @param asyncTimeout how long the server may wait for an answer; zero for as long as
	 * the service takes, which knows the deadlines
	 */
	InferenceHandler(InferenceService service, ModelLookup models, RequestBodies bodies, JsonTensors codec,
			Duration asyncTimeout) {
		this.service = service;
		this.models = models;
		this.bodies = bodies;
		this.codec = codec;
		this.responses = new InferenceResponses(codec);
		this.asyncTimeout = asyncTimeout;
	}

	ServerResponse infer(ServerRequest request) {
		ModelPath path = ModelPath.of(request, this.models);
		this.models.find(path.model(), path.version());
		InferenceRequestBody body = this.codec.readRequest(this.bodies.read(request.servletRequest()));
		InferenceRequest call = InferenceRequests.of(path.model(), path.version(), body);
		return respond(request, this.service.infer(call), body.id());
	}

	private ServerResponse respond(ServerRequest request, CompletableFuture<InferenceResult> call,
			@Nullable String id) {
		CompletableFuture<ServerResponse> response = call.handle(
				(result, failure) -> (failure != null) ? ErrorResponses.of(failure) : this.responses.of(result, id));
		if (response.isDone()) {
			return response.join();
		}
		WebAsyncUtils.getAsyncManager(request.servletRequest())
			.registerDeferredResultInterceptor(call, new AbandonedCall(call, response));
		return ServerResponse.async(response, this.asyncTimeout);
	}

}
