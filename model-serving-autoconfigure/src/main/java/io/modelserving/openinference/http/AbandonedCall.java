package io.modelserving.openinference.http;

import java.util.concurrent.CompletableFuture;

import io.modelserving.model.InferenceException.DeadlineExceeded;

import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.DeferredResultProcessingInterceptor;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Gives a call up when nobody waits for its answer any more.
 *
 * @param call the call
 * @param response its answer, on the way to the client
 */
record AbandonedCall(CompletableFuture<?> call,
		CompletableFuture<ServerResponse> response) implements DeferredResultProcessingInterceptor {

	@Override
	public <T> boolean handleTimeout(NativeWebRequest request, DeferredResult<T> result) {
		this.response.complete(ErrorResponses.of(new DeadlineExceeded(
				"no answer within the time that the server waits for one (spring.mvc.async.request-timeout)")));
		this.call.cancel(false);
		return false;
	}

	@Override
	public <T> boolean handleError(NativeWebRequest request, DeferredResult<T> result, Throwable failure) {
		this.call.cancel(false);
		return true;
	}

	@Override
	public <T> void afterCompletion(NativeWebRequest request, DeferredResult<T> result) {
		this.call.cancel(false);
	}

}
