package io.modelserving.endpoint;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.serving.BriefWaits;
import io.modelserving.web.PathConflicts.Owner;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.AsyncServerResponse;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Serves the requests of one endpoint. What the model would refuse now is refused unread.
 * The thread that brings another request reads it, checks and encodes it if it is small
 * or else leaves that to the encoding stage. It waits for an answer that is about to
 * come, and is free again otherwise; then the response is written when the model has
 * answered.
 */
final class EndpointFunction<I, O> implements HandlerFunction<ServerResponse> {

	private static final ParameterizedTypeReference<Object> ANY = ParameterizedTypeReference.forType(Object.class);

	private final Endpoint<I, O> endpoint;

	private final RequestReader<I> reader;

	private final RequestChecks checks;

	private final EndpointCall<I, O> call;

	private final Supplier<@Nullable String> stickyHeader;

	private final EncodingDesk desk;

	private final ResponseBodies bodies;

	private final RequestLimits limits;

	private final EarlyRefusal earlyRefusal;

	private final BriefWaits waits;

	private final HandlerFaults faults;

	private final EndpointStart start;

	EndpointFunction(Endpoint<I, O> endpoint, RequestReader<I> reader, RequestChecks checks, EndpointCall<I, O> call,
			Supplier<@Nullable String> stickyHeader, EncodingDesk desk, RequestLimits limits, BriefWaits waits,
			EndpointStart start) {
		this.endpoint = endpoint;
		this.reader = reader;
		this.checks = checks;
		this.call = call;
		this.stickyHeader = stickyHeader;
		this.desk = desk;
		this.bodies = new ResponseBodies(endpoint);
		this.limits = limits;
		this.earlyRefusal = new EarlyRefusal(call, desk, limits);
		this.waits = waits;
		this.faults = new HandlerFaults(endpoint.path());
		this.start = start;
	}

	String path() {
		return this.endpoint.path();
	}

	Owner owner() {
		return new Owner("@ModelEndpoint \"%s\"".formatted(this.endpoint.beanName()),
				"Give \"%s\" another path, or remove the other mapping.".formatted(this.endpoint.beanName()));
	}

	EarlyRefusal earlyRefusal() {
		return this.earlyRefusal;
	}

	@Override
	public ServerResponse handle(ServerRequest request) throws ServletException, IOException {
		try {
			return answer(request);
		}
		catch (RuntimeException ex) {
			return problem(ItemCalls.unwrap(ex));
		}
	}

	private ServerResponse answer(ServerRequest request) throws ServletException, IOException {
		if (this.start.hasFailed()) {
			return response(Problem.of(HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(this.start.obstacle())),
					this.endpoint.path());
		}
		HttpServletRequest sent = request.servletRequest();
		Overloaded refusal = this.earlyRefusal.judge(sent);
		if (refusal != null) {
			return problem(refusal);
		}
		long arrival = EarlyRefusal.arrival(sent);
		MediaType mediaType = ResponseTypes.choose(request, this.bodies.offered(request.messageConverters()));
		Duration timeout = EarlyRefusal.timeout(sent);
		Supplier<I> body = this.reader.read(request);
		String routingKey = routingKey(request);
		CompletableFuture<O> answer = this.earlyRefusal.isLarge(sent)
				? this.desk.submit(() -> answer(body, timeout, routingKey, arrival), timeout, arrival)
				: answer(body, timeout, routingKey, arrival);
		CompletableFuture<ServerResponse> response = answer
			.handle((given, failure) -> respond(given, failure, mediaType));
		if (this.waits.await(this.endpoint.model(), response)) {
			return response.join();
		}
		Abandonment.watch(sent, answer);
		return AsyncServerResponse.create(response, this.limits.asyncTimeout());
	}

	private @Nullable String routingKey(ServerRequest request) {
		String header = this.stickyHeader.get();
		return (header != null) ? request.headers().firstHeader(header) : null;
	}

	private CompletableFuture<O> answer(Supplier<I> body, @Nullable Duration timeout, @Nullable String routingKey,
			long arrival) {
		I checked = body.get();
		this.checks.check(checked);
		return this.call.answer(checked, timeout, routingKey, arrival);
	}

	private ServerResponse respond(@Nullable O response, @Nullable Throwable failure, MediaType mediaType) {
		if (failure != null || response == null) {
			return problem((failure != null) ? failure : new IllegalStateException("no response"));
		}
		try {
			return this.bodies.write(response, mediaType);
		}
		catch (RuntimeException ex) {
			return problem(ex);
		}
	}

	private ServerResponse problem(Throwable failure) {
		Problem problem = (failure instanceof HandlerFailedException fault) ? this.faults.problem(fault)
				: ProblemMapper.map(failure, this.endpoint.path());
		return response(problem, this.endpoint.path());
	}

	static ServerResponse problem(Throwable failure, String path) {
		return response(ProblemMapper.map(failure, path), path);
	}

	private static ServerResponse response(Problem problem, String path) {
		return ServerResponse.status(problem.status())
			.headers(headers -> headers.putAll(problem.headers()))
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.body(problem.toBody(path), ANY);
	}

}
