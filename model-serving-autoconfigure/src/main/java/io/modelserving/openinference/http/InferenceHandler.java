package io.modelserving.openinference.http;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.modelserving.codec.InferenceRequestBody;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.openinference.InferenceRequests;
import io.modelserving.openinference.ModelLookup;
import io.modelserving.openinference.OutputFormats;
import io.modelserving.serving.BriefWaits;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.tensor.BufferPool.Loan;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.web.context.request.async.WebAsyncUtils;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Runs models. A thread of the server reads the request and hands it on. It waits for an
 * answer that is about to come; otherwise none is held while the request waits and runs,
 * and another writes the answer.
 */
final class InferenceHandler {

	private final InferenceService service;

	private final EarlyRefusal earlyRefusal;

	private final ModelLookup models;

	private final InferenceBodies bodies;

	private final InferenceResponses responses;

	private final Duration asyncTimeout;

	private final BriefWaits waits;

	/**
	 * Create a handler.
	 * @param service runs the models
	 * @param earlyRefusal says what the models would refuse now
	 * @param models finds them
	 * @param bodies reads the requests
	 * @param responses writes the answers
	 * @param asyncTimeout how long the server may wait for an answer; zero for as long as
	 * the service takes, which knows the deadlines
	 * @param waits lets threads wait for answers that come soon
	 */
	InferenceHandler(InferenceService service, EarlyRefusal earlyRefusal, ModelLookup models, InferenceBodies bodies,
			InferenceResponses responses, Duration asyncTimeout, BriefWaits waits) {
		this.service = service;
		this.earlyRefusal = earlyRefusal;
		this.models = models;
		this.bodies = bodies;
		this.responses = responses;
		this.asyncTimeout = asyncTimeout;
		this.waits = waits;
	}

	ServerResponse infer(ServerRequest request) {
		ModelPath path = ModelPath.of(request, this.models);
		Optional<Overloaded> refusal = this.earlyRefusal.judge(request.servletRequest(), path);
		if (refusal.isPresent()) {
			return ErrorResponses.of(refusal.get());
		}
		InferenceRequestBody body = this.bodies.read(path, request.servletRequest());
		OutputFormats formats;
		InferenceRequest call;
		try {
			formats = OutputFormats.of(body);
			call = InferenceRequests.of(path.model(), path.version(), body,
					routingKey(path.model(), request.servletRequest()), EarlyRefusal.elapsed(request.servletRequest()));
		}
		catch (RuntimeException ex) {
			body.memory().release();
			throw ex;
		}
		return respond(request, path.model(), this.service.infer(call),
				(result) -> this.responses.of(result, body.id(), formats), body.memory());
	}

	private @Nullable String routingKey(String model, HttpServletRequest request) {
		String header = this.models.stickyHeader(model);
		return (header != null) ? request.getHeader(header) : null;
	}

	private ServerResponse respond(ServerRequest request, String model, CompletableFuture<InferenceResult> call,
			Function<InferenceResult, ServerResponse> answer, Loan memory) {
		CompletableFuture<ServerResponse> response = call.thenApply(answer)
			.exceptionally(ErrorResponses::of)
			.thenApply((written) -> new ReleasingResponse(written, memory));
		if (this.waits.await(model, response)) {
			return response.join();
		}
		WebAsyncUtils.getAsyncManager(request.servletRequest())
			.registerDeferredResultInterceptor(call, new AbandonedCall(call, response));
		return ServerResponse.async(response, this.asyncTimeout);
	}

}
