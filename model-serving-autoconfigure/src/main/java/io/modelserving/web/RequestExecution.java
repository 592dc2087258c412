package io.modelserving.web;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import java.util.function.Consumer;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.TaskDecorator;
import org.springframework.http.HttpMethod;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.DeferredResultProcessingInterceptor;
import org.springframework.web.context.request.async.WebAsyncManager;
import org.springframework.web.context.request.async.WebAsyncUtils;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

import io.modelserving.model.InferenceException.DeadlineExceeded;
import io.modelserving.model.InferenceException.Overloaded;

/**
 * The entry point of requests that need a model, and how they wait for their results.
 * <p>
 * As many threads of the server as there are permits may read, wait and write for models
 * at once, so that others are left for probes and for whatever else the application
 * offers; a request that finds no permit is rejected. Thread-safe.
 */
public final class RequestExecution {

	/** Permits where threads are not scarce. */
	public static final int UNLIMITED = Integer.MAX_VALUE;

	private static final Duration SOON = Duration.ofSeconds(1);

	private final Execution execution;

	private final Duration asyncTimeout;

	private final TaskDecorator context;

	private final int threads;

	private final Semaphore permits;

	/**
	 * Create an execution.
	 * @param execution whether threads wait
	 * @param asyncTimeout the time after which the server cancels an asynchronous
	 * request; zero for never
	 * @param context takes what belongs to the thread of an asynchronous request to the
	 * thread that makes its response
	 * @param threads the threads of the server that may wait at once
	 */
	public RequestExecution(Execution execution, Duration asyncTimeout, TaskDecorator context, int threads) {
		this.execution = execution;
		this.asyncTimeout = asyncTimeout;
		this.context = context;
		this.threads = threads;
		this.permits = new Semaphore((execution == Execution.BLOCKING) ? threads : UNLIMITED);
	}

	/**
	 * Return how many threads of the server may wait at once.
	 * @return the number
	 */
	public int threads() {
		return this.threads;
	}

	/**
	 * Return the way in for the requests of one kind.
	 * @param rejection makes the responses to those that do not get in
	 * @return a filter for handlers, which passes all but {@code POST} on
	 */
	public HandlerFilterFunction<ServerResponse, ServerResponse> entry(Rejection rejection) {
		return (request, next) -> {
			if (!HttpMethod.POST.equals(request.method())) {
				return next.handle(request);
			}
			RuntimeException reason = Arrival.rejection(request.servletRequest());
			return (reason != null) ? rejection.of(request, reason) : new DeferredResponse(
					(sent, response, context) -> enter(request, next, rejection, response, context));
		};
	}

	/** The permit is held until the response is written, or its thread has left. */
	private @Nullable ModelAndView enter(ServerRequest request, HandlerFunction<ServerResponse> next,
			Rejection rejection, HttpServletResponse response, ServerResponse.Context context) throws Exception {
		HttpServletRequest sent = request.servletRequest();
		if (!this.permits.tryAcquire()) {
			return rejection.of(request, full()).writeTo(sent, response, context);
		}
		try {
			return next.handle(request).writeTo(sent, response, context);
		}
		catch (OutOfMemoryError ex) {
			return rejection.of(request, new Overloaded("there is no memory for the request", SOON))
				.writeTo(sent, response, context);
		}
		finally {
			this.permits.release();
		}
	}

	private Overloaded full() {
		return new Overloaded(
				("all of the %d threads that may wait for models do; the rest of server.tomcat.threads.max"
						+ " is for other requests")
					.formatted(this.threads),
				SOON);
	}

	/**
	 * Respond once there is a result.
	 * @param <R> the type of the result
	 * @param request the request
	 * @param result the future result; cancelled if nobody waits for it any more
	 * @param responder makes the response, of the result or of the failure, not wrapped;
	 * throws nothing
	 * @return the response
	 */
	public <R> ServerResponse respond(HttpServletRequest request, CompletableFuture<R> result,
			BiFunction<@Nullable R, @Nullable Throwable, ServerResponse> responder) {
		return (this.execution == Execution.BLOCKING) ? await(result, responder)
				: new DeferredResponse((sent, response, context) -> {
					leave(request, result, responder);
					return null;
				});
	}

	private static <R> ServerResponse await(CompletableFuture<R> result,
			BiFunction<@Nullable R, @Nullable Throwable, ServerResponse> responder) {
		try {
			return responder.apply(result.get(), null);
		}
		catch (ExecutionException ex) {
			return responder.apply(null, (ex.getCause() != null) ? ex.getCause() : ex);
		}
		catch (CancellationException ex) {
			return responder.apply(null, ex);
		}
		catch (InterruptedException ex) {
			// the server does not wait any longer for its threads
			result.cancel(false);
			Thread.currentThread().interrupt();
			return responder.apply(null, new CancellationException("the server ends"));
		}
	}

	private <R> void leave(HttpServletRequest request, CompletableFuture<R> result,
			BiFunction<@Nullable R, @Nullable Throwable, ServerResponse> responder) throws Exception {
		InContext captured = new InContext();
		Runnable decorated = this.context.decorate(captured);
		DeferredResult<ServerResponse> deferred = new DeferredResult<>(this.asyncTimeout.toMillis());
		WebAsyncManager manager = WebAsyncUtils.getAsyncManager(request);
		manager.registerDeferredResultInterceptor(result, new ClientDisconnect(result));
		manager.startDeferredResultProcessing(deferred);
		result.whenComplete((value, failure) -> deferred.setResult(new DeferredResponse((sent, response, context) -> {
			captured.task = () -> responder.apply(value, failure).writeTo(sent, response, context);
			decorated.run();
			return captured.outcome();
		})));
	}

	/**
	 * Have a request leave its thread, in either way of waiting: somebody else writes the
	 * response.
	 * @param request the request
	 * @param successor given the request once it is asynchronous; throws nothing
	 * @param onFailure called if it cannot become so
	 * @return a response that writes nothing
	 */
	public ServerResponse detach(HttpServletRequest request, Consumer<DetachedRequest> successor, Runnable onFailure) {
		return new DeferredResponse((sent, response, context) -> {
			DetachedRequest detached = new DetachedRequest(request, response, this.context::decorate);
			try {
				WebAsyncManager manager = WebAsyncUtils.getAsyncManager(request);
				manager.registerDeferredResultInterceptor(detached, detached.interceptor());
				manager.startDeferredResultProcessing(detached.deferred());
			}
			catch (Exception ex) {
				onFailure.run();
				throw ex;
			}
			successor.accept(detached);
			return null;
		});
	}

	/**
	 * Takes a task to a thread that was given the context of another one.
	 */
	private static final class InContext implements Runnable {

		private Callable<@Nullable ModelAndView> task = () -> null;

		private @Nullable ModelAndView view;

		private @Nullable Exception failure;

		@Override
		public void run() {
			try {
				this.view = this.task.call();
			}
			catch (Exception ex) {
				this.failure = ex;
			}
		}

		private @Nullable ModelAndView outcome() throws Exception {
			if (this.failure != null) {
				throw this.failure;
			}
			return this.view;
		}

	}

	/**
	 * Cancels the inference for a client that does not wait any longer.
	 *
	 * @param result its result
	 */
	private record ClientDisconnect(CompletableFuture<?> result) implements DeferredResultProcessingInterceptor {

		/** Makes a response of it. */
		@Override
		public <T> boolean handleTimeout(NativeWebRequest request, DeferredResult<T> deferred) {
			this.result.completeExceptionally(new DeadlineExceeded(
					"no result within the time that the server waits for one (spring.mvc.async.request-timeout)"));
			return true;
		}

		@Override
		public <T> boolean handleError(NativeWebRequest request, DeferredResult<T> deferred, Throwable failure) {
			this.result.cancel(false);
			return true;
		}

		@Override
		public <T> void afterCompletion(NativeWebRequest request, DeferredResult<T> deferred) {
			this.result.cancel(false);
		}

	}

	/**
	 * What a request is rejected with.
	 */
	@FunctionalInterface
	public interface Rejection {

		/**
		 * Make the response to a request that is rejected. For its model it counts if
		 * there was no room.
		 * @param request the request
		 * @param reason an {@code Overloaded}, or a {@link BodyTooSlow}
		 * @return the response
		 */
		ServerResponse of(ServerRequest request, RuntimeException reason);

	}

}
