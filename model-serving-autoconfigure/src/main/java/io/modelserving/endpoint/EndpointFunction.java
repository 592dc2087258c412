package io.modelserving.endpoint;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.endpoint.EndpointCall.Started;
import io.modelserving.model.Outcome;
import io.modelserving.serving.cache.CacheUse;
import io.modelserving.web.Arrival;
import io.modelserving.web.EarlyRejection;
import io.modelserving.web.PathConflicts.Owner;
import io.modelserving.web.RequestExecution;
import io.modelserving.web.RequestHead;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Serves the requests of one endpoint. A request that the model would reject now is
 * rejected unread. The thread of any other request reads, checks and encodes it; a large
 * one takes its turn in the encoding stage first.
 */
final class EndpointFunction<I, O> implements HandlerFunction<ServerResponse> {

	private static final ParameterizedTypeReference<Object> ANY = ParameterizedTypeReference.forType(Object.class);

	private final Endpoint<I, O> endpoint;

	private final RequestReader<I> reader;

	private final RequestChecks checks;

	private final EndpointCall<I, O> call;

	private final Supplier<@Nullable String> stickyHeader;

	private final EncodingAdmission admission;

	private final ResponseBodies bodies;

	private final EarlyRejection earlyRejection;

	private final RequestExecution execution;

	private final HandlerFaults faults;

	private final EndpointStart start;

	private final @Nullable StreamedEndpoint<I, O> streamed;

	private final @Nullable LinesEndpoint<I, O> lines;

	EndpointFunction(Endpoint<I, O> endpoint, RequestReader<I> reader, RequestChecks checks, EndpointCall<I, O> call,
			Supplier<@Nullable String> stickyHeader, EncodingAdmission admission, RequestExecution execution,
			EndpointStart start, ResponseBodies bodies, @Nullable StreamedEndpoint<I, O> streamed,
			@Nullable LinesEndpoint<I, O> lines) {
		this.endpoint = endpoint;
		this.reader = reader;
		this.checks = checks;
		this.call = call;
		this.stickyHeader = stickyHeader;
		this.admission = admission;
		this.bodies = bodies;
		this.earlyRejection = new EndpointRejection(call, admission);
		this.execution = execution;
		this.faults = new HandlerFaults(endpoint.path());
		this.start = start;
		this.streamed = streamed;
		this.lines = lines;
	}

	boolean readsLines() {
		return this.lines != null;
	}

	boolean takesGet() {
		return StreamedEndpoint.takesGet(this.endpoint);
	}

	String path() {
		return this.endpoint.path();
	}

	Owner owner() {
		return new Owner("@ModelEndpoint \"%s\"".formatted(this.endpoint.beanName()),
				"Give \"%s\" another path, or remove the other mapping.".formatted(this.endpoint.beanName()));
	}

	EarlyRejection earlyRejection() {
		return this.earlyRejection;
	}

	@Override
	public ServerResponse handle(ServerRequest request) throws ServletException, IOException {
		try {
			return respond(request);
		}
		catch (RuntimeException ex) {
			return problem(unwrap(ex), request.servletRequest().getRequestURI());
		}
	}

	private ServerResponse respond(ServerRequest request) throws ServletException, IOException {
		HttpServletRequest sent = request.servletRequest();
		String path = sent.getRequestURI();
		if (this.start.hasFailed()) {
			return problem(new ModelUnavailable(String.valueOf(this.start.obstacle()), ProblemMapper.SOON), path);
		}
		long arrival = Arrival.time(sent);
		RequestHead head = RequestHead.of(sent);
		Duration timeout = RequestTimeout.of(head);
		if (this.lines != null && this.lines.takes(request)) {
			return this.lines.respond(request, timeout, arrival, routingKey(request), cacheUse(request),
					(failure) -> toProblem(failure, path));
		}
		Deadline deadline = Deadline.after(timeout, arrival);
		Overloaded rejection = this.earlyRejection.decide(head, arrival);
		if (rejection != null) {
			return rejected(rejection, sent);
		}
		MediaType mediaType = ResponseTypes.choose(request, this.bodies.offered(request.messageConverters()));
		String routingKey = routingKey(request);
		if (this.streamed != null) {
			I body = checked(this.streamed.read(request, this.reader));
			return this.streamed.respond(sent, body, deadline, routingKey, mediaType,
					(failure) -> toProblem(failure, path));
		}
		Supplier<I> body = this.reader.read(request);
		CacheUse cache = cacheUse(request);
		return this.execution.respond(sent,
				EndpointRejection.isLarge(head)
						? this.admission.submit(() -> start(body, deadline, routingKey, cache), deadline)
						: start(body, deadline, routingKey, cache),
				(result, failure) -> respond(result, failure, mediaType, path));
	}

	private static CacheUse cacheUse(ServerRequest request) {
		return CacheUse.of(String.join(",", request.headers().header(HttpHeaders.CACHE_CONTROL)));
	}

	private static Throwable unwrap(RuntimeException failure) {
		return (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause() : failure;
	}

	private @Nullable String routingKey(ServerRequest request) {
		String header = this.stickyHeader.get();
		return (header != null) ? request.headers().firstHeader(header) : null;
	}

	private CompletableFuture<Started<O>> start(Supplier<I> body, Deadline deadline, @Nullable String routingKey,
			CacheUse cache) {
		return this.call.start(checked(body), deadline, routingKey, cache);
	}

	private I checked(Supplier<I> body) {
		I checked = body.get();
		this.checks.check(checked);
		return checked;
	}

	private ServerResponse respond(@Nullable Started<O> result, @Nullable Throwable failure, MediaType mediaType,
			String path) {
		if (result == null) {
			return problem((failure != null) ? failure : new IllegalStateException("no result"), path);
		}
		try {
			return this.bodies.write(result.response().get(), mediaType, result.cache());
		}
		catch (RuntimeException ex) {
			return problem(ex, path);
		}
	}

	private ServerResponse problem(Throwable failure, String path) {
		return response(toProblem(failure, path), path);
	}

	private Problem toProblem(Throwable failure, String path) {
		return (failure instanceof HandlerFailedException fault) ? this.faults.problem(fault)
				: ProblemMapper.map(failure, path);
	}

	ServerResponse rejected(RuntimeException reason, HttpServletRequest request) {
		if (reason instanceof Overloaded) {
			this.call.notMade(Outcome.OVERLOADED, Arrival.time(request));
		}
		return problem(reason, request.getRequestURI());
	}

	private static ServerResponse response(Problem problem, String path) {
		return ServerResponse.status(problem.status())
			.headers(headers -> headers.putAll(problem.headers()))
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.body(problem.toBody(path), ANY);
	}

}
