package io.modelserving.web;

import java.time.Duration;
import java.util.function.UnaryOperator;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.DeferredResultProcessingInterceptor;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * A request that has left its thread, for somebody who writes the response on another one
 * and completes it. No dispatch follows, so that filters which know nothing of
 * asynchronous requests are not asked again.
 */
public final class DetachedRequest {

	/** Its own end comes first. With none, MockMvc would not wait. */
	private static final Duration FOREVER = Duration.ofDays(365);

	private final HttpServletRequest request;

	private final HttpServletResponse response;

	private final UnaryOperator<Runnable> context;

	private final DeferredResult<ServerResponse> deferred = new DeferredResult<>(FOREVER.toMillis());

	private volatile boolean reading;

	private volatile Runnable onEnd = () -> {
	};

	DetachedRequest(HttpServletRequest request, HttpServletResponse response, UnaryOperator<Runnable> context) {
		this.request = request;
		this.response = response;
		this.context = context;
	}

	public HttpServletResponse response() {
		return this.response;
	}

	/**
	 * Have a task see what belongs to the thread of the request, such as its authorities.
	 * To be called on that thread.
	 * @param task the task
	 * @return the task, for another thread
	 */
	public Runnable inContext(Runnable task) {
		LocaleContext locale = LocaleContextHolder.getLocaleContext();
		return this.context.apply(() -> {
			RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(this.request));
			LocaleContextHolder.setLocaleContext(locale);
			try {
				task.run();
			}
			finally {
				LocaleContextHolder.resetLocaleContext();
				RequestContextHolder.resetRequestAttributes();
			}
		});
	}

	/**
	 * Say what to do when the server ends the request, be it complete or broken.
	 * @param action called once or more often, on any thread
	 */
	public void onEnd(Runnable action) {
		this.onEnd = action;
	}

	/**
	 * Say whether somebody reads the body, who then notices when the client goes.
	 * @param now whether that is so from now on
	 */
	public void reading(boolean now) {
		this.reading = now;
	}

	/**
	 * Return whether the client has gone.
	 * @return {@code false} also if that is not known, as while the body is read. Not to
	 * be asked once the request is complete
	 */
	public boolean isClientGone() {
		ClientConnection connection = this.reading ? null : connection();
		return connection != null && connection.isClosed();
	}

	private @Nullable ClientConnection connection() {
		return (this.request.getAttribute(ClientConnection.ATTRIBUTE) instanceof ClientConnection known) ? known : null;
	}

	/**
	 * Complete the request.
	 * @param dispatch whether by a dispatch, as test doubles of a server need it
	 */
	public void complete(boolean dispatch) {
		if (dispatch) {
			this.deferred.setResult(new DeferredResponse((sent, response, context) -> null));
		}
		else {
			this.request.getAsyncContext().complete();
		}
	}

	/**
	 * Close the connection, so that the client does not take the response for complete.
	 * @param dispatch as for {@link #complete}
	 */
	public void abort(boolean dispatch) {
		ClientConnection connection = connection();
		if (connection != null) {
			connection.abort();
		}
		else {
			complete(dispatch);
		}
	}

	DeferredResult<ServerResponse> deferred() {
		return this.deferred;
	}

	DeferredResultProcessingInterceptor interceptor() {
		return new DeferredResultProcessingInterceptor() {

			@Override
			public <T> boolean handleError(NativeWebRequest request, DeferredResult<T> result, Throwable failure) {
				DetachedRequest.this.onEnd.run();
				return false;
			}

			@Override
			public <T> void afterCompletion(NativeWebRequest request, DeferredResult<T> result) {
				DetachedRequest.this.onEnd.run();
			}

		};
	}

}
