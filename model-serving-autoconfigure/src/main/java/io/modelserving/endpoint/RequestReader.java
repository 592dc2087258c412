package io.modelserving.endpoint;

import java.io.IOException;
import java.lang.reflect.Type;
import java.util.List;

import jakarta.servlet.ServletException;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.servlet.function.ServerRequest;

/**
 * Reads the body of a request with the application's message converters.
 *
 * @param <I> the request
 */
final class RequestReader<I> {

	private final Type type;

	private final List<MediaType> consumes;

	private final BodyLimit limit;

	RequestReader(ResolvableType type, List<MediaType> consumes, BodyLimit limit) {
		this.type = type.getType();
		this.consumes = consumes;
		this.limit = limit;
	}

	/**
	 * Read a request.
	 * @param request the HTTP request
	 * @return what its body says
	 * @throws RequestRefusedException if the body is malformed, too large, or of a media
	 * type that is not read
	 */
	I read(ServerRequest request) throws ServletException, IOException {
		ServerRequest limited = ServerRequest.create(this.limit.apply(request.servletRequest()),
				request.messageConverters());
		try {
			return limited.body(ParameterizedTypeReference.forType(this.type));
		}
		catch (HttpMediaTypeNotSupportedException ex) {
			throw unsupported(request).asException();
		}
		catch (HttpMessageNotReadableException ex) {
			throw isTooLarge(ex) ? this.limit.problem().asException()
					: Problem.of(HttpStatus.BAD_REQUEST, MalformedBody.describe(ex)).asException();
		}
		catch (BodyLimit.Exceeded ex) {
			throw this.limit.problem().asException();
		}
	}

	private Problem unsupported(ServerRequest request) {
		String given = request.headers()
			.contentType()
			.map(type -> "Content-Type " + type + " is not read")
			.orElse("There is no Content-Type");
		String accepted = MediaType.toString(this.consumes);
		return Problem.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "%s; send %s".formatted(given, accepted))
			.withHeader("Accept-Post", accepted);
	}

	private static boolean isTooLarge(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof BodyLimit.Exceeded) {
				return true;
			}
		}
		return false;
	}

}
