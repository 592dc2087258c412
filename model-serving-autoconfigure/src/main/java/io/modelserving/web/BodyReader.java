package io.modelserving.web;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.StandardServletAsyncWebRequest;
import org.springframework.web.context.request.async.WebAsyncManager;
import org.springframework.web.context.request.async.WebAsyncUtils;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

import io.modelserving.model.InferenceException.Overloaded;

/**
 * Runs handlers once the bodies of their requests have arrived. A body that arrived with
 * its headers is read at once. For any other the request becomes asynchronous until the
 * body is there, so that slow senders take no threads of the server from probes, and is
 * dispatched to its handler then. Thread-safe.
 */
public final class BodyReader implements HandlerFilterFunction<ServerResponse, ServerResponse> {

	private static final long NO_TIMEOUT = 0L;

	private static final Duration SOON = Duration.ofSeconds(1);

	private final RequestBodies bodies;

	private final long limit;

	private final Duration timeout;

	private final String property;

	private final RequestBodies.Rejection rejection;

	BodyReader(RequestBodies bodies, long limit, Duration timeout, String property, RequestBodies.Rejection rejection) {
		this.bodies = bodies;
		this.limit = limit;
		this.timeout = timeout;
		this.property = property;
		this.rejection = rejection;
	}

	@Override
	public ServerResponse filter(ServerRequest request, HandlerFunction<ServerResponse> next) throws Exception {
		HttpServletRequest sent = request.servletRequest();
		long length = sent.getContentLengthLong();
		MultipartConfigElement form = FormParts.isUnread(sent) ? this.bodies.formLimits(this.limit) : null;
		long most = (form != null) ? form.getMaxRequestSize() : this.limit;
		if (!sent.isAsyncSupported() || (form == null && (hasNoBody(sent, length) || length > most))) {
			return next.handle(request);
		}
		if (length > most) {
			return this.rejection.of(sent, new MaxUploadSizeExceededException(most));
		}
		ServletInputStream source = sent.getInputStream();
		IncomingBody body = new IncomingBody(source, this.bodies.buffer(length), most);
		Continuation continuation = new Continuation(next, request.messageConverters(), this.rejection, form);
		if (hasNoBody(sent, length) || readPresent(body, length, most)) {
			return continuation.handle(sent, body);
		}
		CompletableFuture<ServerResponse> response = new CompletableFuture<>();
		body.received().whenComplete((received, failure) -> {
			if (failure == null) {
				response.complete(continuation.with(body));
				return;
			}
			body.abandon();
			if (!body.isBroken()) {
				response.complete(this.rejection.of(sent, reason(failure)));
			}
		});
		if (response.isDone()) {
			return response.join();
		}
		return new Response((async, answer, context) -> {
			DeferredResult<ServerResponse> result = new DeferredResult<>(NO_TIMEOUT);
			response.thenAccept(result::setResult);
			WebAsyncManager manager = WebAsyncUtils.getAsyncManager(async);
			manager.setAsyncWebRequest(new ArrivingRequest(async, answer, body));
			start(manager, result);
			receive(body, source);
			return null;
		});
	}

	private static void start(WebAsyncManager manager, DeferredResult<?> result) throws ServletException {
		try {
			manager.startDeferredResultProcessing(result);
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new ServletException(ex);
		}
	}

	/** Filters may have put a stream before the body that can only be waited for. */
	private void receive(IncomingBody body, ServletInputStream source) {
		body.limitTime(this.bodies.timer(), this.timeout, this.property);
		try {
			source.setReadListener(body);
		}
		catch (UnsupportedOperationException | IllegalStateException ex) {
			body.readBlocking();
		}
	}

	/**
	 * The container reads chunks as a whole, so a thread may have to wait for the rest of
	 * one. A few may: chunks that are broken can be answered only by the thread that
	 * brings the request.
	 */
	private boolean readPresent(IncomingBody body, long length, long most) {
		if (length >= 0) {
			return body.readPresent(length);
		}
		if (!this.bodies.waits().tryAcquire()) {
			return false;
		}
		try {
			return body.readPresent(most + 1);
		}
		finally {
			this.bodies.waits().release();
		}
	}

	private static boolean hasNoBody(HttpServletRequest request, long length) {
		return length == 0 || (length < 0 && request.getHeader(HttpHeaders.TRANSFER_ENCODING) == null
				&& !request.getProtocol().startsWith("HTTP/2"));
	}

	private static RuntimeException reason(Throwable failure) {
		return (failure instanceof RuntimeException reason) ? reason
				: new Overloaded("there is no memory for the request", SOON);
	}

	/**
	 * Calls the handler with a body that is there.
	 */
	private record Continuation(HandlerFunction<ServerResponse> next, List<HttpMessageConverter<?>> converters,
			RequestBodies.Rejection rejection, @Nullable MultipartConfigElement formLimits) {

		ServerResponse handle(HttpServletRequest request, IncomingBody body) throws Exception {
			try {
				HttpServletRequest arrived = new ReceivedRequest(request, body.toStream(), this.formLimits);
				return this.next.handle(ServerRequest.create(arrived, this.converters));
			}
			catch (OutOfMemoryError ex) {
				return this.rejection.of(request, reason(ex));
			}
			finally {
				body.release();
			}
		}

		ServerResponse with(IncomingBody body) {
			return new Response((request, response, context) -> {
				try {
					return handle(request, body).writeTo(request, response, context);
				}
				catch (ServletException | IOException | RuntimeException ex) {
					throw ex;
				}
				catch (Exception ex) {
					throw new ServletException(ex);
				}
			});
		}

	}

	/**
	 * Ends a request whose body broke off: nobody waits for an answer, and a dispatch
	 * over a connection that has failed would never count as ended.
	 */
	private static final class ArrivingRequest extends StandardServletAsyncWebRequest {

		private final IncomingBody body;

		private ArrivingRequest(HttpServletRequest request, HttpServletResponse response, IncomingBody body) {
			super(request, response);
			this.body = body;
		}

		@Override
		public void onError(AsyncEvent event) throws IOException {
			if (this.body.isBroken()) {
				event.getAsyncContext().complete();
			}
			else {
				super.onError(event);
			}
		}

	}

	/**
	 * A response that another one is made for when it is written.
	 */
	private record Response(Writing writing) implements ServerResponse {

		@Override
		public HttpStatusCode statusCode() {
			return HttpStatus.OK;
		}

		@Override
		public HttpHeaders headers() {
			return HttpHeaders.EMPTY;
		}

		@Override
		public MultiValueMap<String, Cookie> cookies() {
			return new LinkedMultiValueMap<>();
		}

		@Override
		public @Nullable ModelAndView writeTo(HttpServletRequest request, HttpServletResponse response, Context context)
				throws ServletException, IOException {
			return this.writing.writeTo(request, response, context);
		}

	}

	private interface Writing {

		@Nullable ModelAndView writeTo(HttpServletRequest request, HttpServletResponse response, ServerResponse.Context context)
				throws ServletException, IOException;

	}

}
