package io.modelserving.web.tomcat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.tomcat.util.http.RequestUtil;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.tomcat.util.net.SocketEvent;
import org.jspecify.annotations.Nullable;

import org.springframework.web.util.UriUtils;

import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.tensor.BufferPool;
import io.modelserving.web.Arrival;
import io.modelserving.web.BodyBuffer;
import io.modelserving.web.BodyMemory;
import io.modelserving.web.BodyRule;
import io.modelserving.web.BodyRules;
import io.modelserving.web.BodyTooSlow;
import io.modelserving.web.RequestHead;

/**
 * Receives the bodies of requests to models before the application gets the requests, so
 * that no thread waits for a sender: filters, forms and handlers find the body in memory.
 * What is left of a body that nobody wanted is discarded in the same way afterwards,
 * whatever the request was for: Tomcat would have a thread wait for it.
 * <p>
 * Protocol: Tomcat calls this for one request by one thread at a time. While a body is
 * received or discarded, the request is asynchronous to Tomcat and unknown to the
 * application; before and after it is an ordinary request. The note of a request has its
 * {@link ReceivedBody} for as long as that has memory.
 */
public final class BodyReceiver implements Adapter {

	/** Tomcat itself uses the first few of 32. */
	private static final int NOTE = 29;

	/** The time for what is to be discarded. */
	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private static final int REQUEST_TIMEOUT = 408;

	private final Adapter application;

	private final BodyRules rules;

	private final String base;

	private final BufferPool pool;

	private final BodyMemory memory;

	private final InProgress inProgress;

	/**
	 * Create a receiver.
	 * @param application gets the requests
	 * @param rules knows which are for models
	 * @param base the path of Spring MVC, empty if it is the root
	 * @param pool the pool of the memory for bodies
	 * @param memory counts it
	 * @param inProgress counts requests that shutdown waits for
	 */
	public BodyReceiver(Adapter application, BodyRules rules, String base, BufferPool pool, BodyMemory memory,
			InProgress inProgress) {
		this.application = application;
		this.rules = rules;
		this.base = base;
		this.pool = pool;
		this.memory = memory;
		this.inProgress = inProgress;
	}

	@Override
	public void service(Request request, Response response) throws Exception {
		TomcatConnection.show(request);
		if (response.getStatus() >= 400 || !isStillArriving(request) || !request.getMethod().equals("POST")
				|| !receive(request)) {
			serve(request, response);
		}
	}

	/** Chunks are taken to arrive until the last one has been read. */
	private static boolean isStillArriving(Request request) {
		long length = request.getContentLengthLong();
		if (length == 0 || !request.protocol().startsWithIgnoreCase("HTTP/1", 0)) {
			return false;
		}
		if (length < 0) {
			return request.getMimeHeaders().getValue("Transfer-Encoding") != null && !request.isFinished();
		}
		request.action(ActionCode.AVAILABLE, false);
		return request.getBytesRead() + request.getAvailable() < length && !request.isFinished();
	}

	private boolean receive(Request request) {
		RequestHead head = new RequestHead(path(request.requestURI().toString()), request.getContentLengthLong(),
				request::getHeader);
		BodyRule rule = this.rules.find(head);
		if (rule == null || head.contentLength() > rule.limit()) {
			return false;
		}
		long arrival = System.nanoTime();
		request.setAttribute(Arrival.TIME, arrival);
		Overloaded rejection = rejection(rule, head, arrival);
		if (rejection != null) {
			request.setAttribute(Arrival.REJECTION, rejection);
			return false;
		}
		ReceivedBody body = new ReceivedBody(request, rule,
				new BodyBuffer(head.contentLength(), this.pool.acquire(), this.memory));
		request.setNote(NOTE, body);
		new Arriving(request, body, rule.timeout(), BodyRule.PIECE, this.inProgress).begin();
		return true;
	}

	/** Returns the path below that of Spring MVC, as that will see it. */
	private String path(String uri) {
		String path = uri;
		if (uri.indexOf('%') >= 0 || uri.indexOf(';') >= 0 || uri.contains("//") || uri.contains("/.")) {
			try {
				path = RequestUtil.normalize(UriUtils.decode(uri.replaceAll(";[^/]*", ""), "UTF-8"));
			}
			catch (IllegalArgumentException ex) {
				// Tomcat finds the same
			}
		}
		return (path != null && path.startsWith(this.base)) ? path.substring(this.base.length()) : "";
	}

	private static @Nullable Overloaded rejection(BodyRule rule, RequestHead head, long arrival) {
		try {
			return rule.earlyRejection().decide(head, arrival);
		}
		catch (RuntimeException ex) {
			// the handler finds the same
			return null;
		}
	}

	private void serve(Request request, Response response) throws Exception {
		try {
			this.application.service(request, response);
		}
		finally {
			free(request, false);
		}
		if (!is(request, ActionCode.ASYNC_IS_ASYNC) && !is(request, ActionCode.IS_ERROR) && isStillArriving(request)
				&& response.getStatus() != REQUEST_TIMEOUT
				&& !(request.hasExpectation() && response.getStatus() >= 300)) {
			new Arriving(request, (bytes) -> true, PATIENCE, Long.MAX_VALUE, InProgress.NOBODY).begin();
		}
	}

	/** A request that has left its thread may read its body later. */
	private static void free(Request request, boolean ended) {
		if (request.getNote(NOTE) instanceof ReceivedBody body
				&& (ended || body.isConsumed() || !is(request, ActionCode.ASYNC_IS_ASYNC))) {
			request.setNote(NOTE, null);
			body.free();
		}
	}

	@Override
	public boolean asyncDispatch(Request request, Response response, SocketEvent event) throws Exception {
		Arriving arriving = Arriving.of(request);
		if (arriving != null) {
			return continueWith(arriving, request, response, event);
		}
		boolean sound = false;
		try {
			sound = this.application.asyncDispatch(request, response, event);
			return sound;
		}
		finally {
			free(request, !sound || is(request, ActionCode.ASYNC_IS_COMPLETING));
		}
	}

	private boolean continueWith(Arriving arriving, Request request, Response response, SocketEvent event)
			throws Exception {
		boolean sound = arriving.continueOn(event);
		if (!arriving.hasEnded()) {
			return true;
		}
		ReceivedBody body = (ReceivedBody) request.getNote(NOTE);
		if (!sound) {
			free(request, true);
			return false;
		}
		if (body != null) {
			body.deliver(arriving);
			serve(request, response);
		}
		if (arriving.isTooSlow()) {
			request.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
		}
		return true;
	}

	private static boolean is(Request request, ActionCode question) {
		AtomicBoolean reply = new AtomicBoolean();
		request.action(question, reply);
		return reply.get();
	}

	@Override
	public boolean prepare(Request request, Response response) throws Exception {
		return this.application.prepare(request, response);
	}

	@Override
	public void log(Request request, Response response, long time) {
		this.application.log(request, response, time);
	}

	@Override
	public void checkRecycled(Request request, Response response) {
		this.application.checkRecycled(request, response);
	}

	@Override
	public String getDomain() {
		return this.application.getDomain();
	}

	/**
	 * Counts requests that shutdown waits for.
	 */
	public interface InProgress {

		/** For what nobody waits for. */
		InProgress NOBODY = (change) -> {
		};

		/**
		 * Change the count.
		 * @param change what is added, 1 or -1
		 */
		void add(int change);

	}

}
