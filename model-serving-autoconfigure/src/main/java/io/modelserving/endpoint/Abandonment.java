package io.modelserving.endpoint;

import java.util.concurrent.CompletableFuture;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.DeferredResultProcessingInterceptor;
import org.springframework.web.context.request.async.WebAsyncUtils;

import io.modelserving.model.InferenceException.DeadlineExceeded;

/**
 * Gives up the work for a caller who is gone, or who has waited as long as the web server
 * allows.
 */
final class Abandonment implements DeferredResultProcessingInterceptor {

	private final CompletableFuture<?> answer;

	private Abandonment(CompletableFuture<?> answer) {
		this.answer = answer;
	}

	/**
	 * Give an answer up when its request ends before it.
	 * @param request the request
	 * @param answer the answer
	 */
	static void watch(HttpServletRequest request, CompletableFuture<?> answer) {
		WebAsyncUtils.getAsyncManager(request).registerDeferredResultInterceptor(answer, new Abandonment(answer));
	}

	/**
	 * Fail the answer, which makes a response of it.
	 */
	@Override
	public <T> boolean handleTimeout(NativeWebRequest request, DeferredResult<T> result) {
		this.answer.completeExceptionally(
				new DeadlineExceeded("There was no answer in the time of spring.mvc.async.request-timeout"));
		return true;
	}

	@Override
	public <T> boolean handleError(NativeWebRequest request, DeferredResult<T> result, Throwable failure) {
		this.answer.cancel(false);
		return true;
	}

	@Override
	public <T> void afterCompletion(NativeWebRequest request, DeferredResult<T> result) {
		this.answer.cancel(false);
	}

}
