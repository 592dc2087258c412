package io.modelserving.endpoint;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import jakarta.servlet.ServletException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.AsyncServerResponse;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Serves the requests of one endpoint. The thread that brings a request reads, checks and
 * encodes it, then leaves; the response is written when the model has answered.
 */
final class EndpointFunction<I, O> implements HandlerFunction<ServerResponse> {

	private static final ParameterizedTypeReference<Object> ANY = ParameterizedTypeReference.forType(Object.class);

	private final Endpoint<I, O> endpoint;

	private final RequestReader<I> reader;

	private final RequestChecks checks;

	private final EndpointCall<I, O> call;

	private final ResponseBodies bodies;

	private final Duration asyncTimeout;

	EndpointFunction(Endpoint<I, O> endpoint, RequestReader<I> reader, RequestChecks checks, EndpointCall<I, O> call,
			Duration asyncTimeout) {
		this.endpoint = endpoint;
		this.reader = reader;
		this.checks = checks;
		this.call = call;
		this.bodies = new ResponseBodies(endpoint);
		this.asyncTimeout = asyncTimeout;
	}

	@Override
	public ServerResponse handle(ServerRequest request) throws ServletException, IOException {
		try {
			return answer(request);
		}
		catch (RuntimeException ex) {
			return problem(ex);
		}
	}

	private ServerResponse answer(ServerRequest request) throws ServletException, IOException {
		MediaType mediaType = ResponseTypes.choose(request, this.bodies.offered(request.messageConverters()));
		Duration timeout = RequestTimeout.parse(request.headers().header(RequestTimeout.HEADER));
		I body = this.reader.read(request);
		this.checks.check(body);
		CompletableFuture<O> answer = this.call.answer(body, timeout);
		Abandonment.watch(request.servletRequest(), answer);
		return AsyncServerResponse.create(answer.handle((response, failure) -> respond(response, failure, mediaType)),
				this.asyncTimeout);
	}

	private ServerResponse respond(@Nullable O response, @Nullable Throwable failure, MediaType mediaType) {
		if (failure != null || response == null) {
			return problem((failure != null) ? failure : new HandlerFailedException("no response"));
		}
		try {
			return this.bodies.write(response, mediaType);
		}
		catch (RuntimeException ex) {
			return problem(ex);
		}
	}

	private ServerResponse problem(Throwable failure) {
		Problem problem = ProblemMapper.map(failure, this.endpoint.path());
		return ServerResponse.status(problem.status())
			.headers(headers -> headers.putAll(problem.headers()))
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.body(problem.toBody(this.endpoint.path()), ANY);
	}

}
