package io.modelserving.endpoint;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.servlet.function.ServerRequest;

import io.modelserving.endpoint.BodyLimit.LimitedRequest;
import io.modelserving.image.Picture;
import io.modelserving.model.Quoted;
import io.modelserving.tensor.BufferPool;
import io.modelserving.web.BodyTooLarge;
import io.modelserving.web.BrokenCoding;
import io.modelserving.web.ContentCoding;

/**
 * Reads the body of a request: with the application's message converters, or as a picture
 * where the endpoint takes pictures.
 *
 * @param <I> the request
 */
final class RequestReader<I> {

	private final Endpoint<I, ?> endpoint;

	private final ResolvableType type;

	private final RequestConverters converters;

	private final PictureBody pictures;

	private final BodyLimit limit;

	RequestReader(Endpoint<I, ?> endpoint, PictureBody pictures, BodyLimit limit, BufferPool pool) {
		this.endpoint = endpoint;
		this.type = endpoint.requestType();
		this.pictures = pictures;
		this.limit = limit;
		this.converters = new RequestConverters(pool);
	}

	/**
	 * Return the media types that are read.
	 * @param all the application's message converters
	 * @return the media types, {@code multipart/form-data} first where there are
	 * pictures, as browsers show that as a file to choose; then JSON and what else the
	 * converters read
	 */
	List<MediaType> consumes(List<HttpMessageConverter<?>> all) {
		List<MediaType> types = new ArrayList<>();
		if (this.endpoint.takesPictures()) {
			types.addAll(this.pictures.mediaTypes());
		}
		if (takesValues()) {
			types.addAll(ResponseTypes.concrete(RequestConverters.mediaTypes(
					all.stream().filter((converter) -> RequestConverters.canRead(converter, this.type, null)),
					this.type)));
		}
		return types;
	}

	boolean takesValues() {
		return this.type.toClass() != Picture.class;
	}

	/**
	 * Read a request.
	 * @param request the HTTP request
	 * @return gives what its body says, without needing the connection any more; throws
	 * {@link RequestRejectedException} or {@code InvalidInput} if that does not suit
	 * @throws RequestRejectedException if the body is malformed, too large, or of a media
	 * type that is not read
	 */
	Supplier<I> read(ServerRequest request) throws ServletException, IOException {
		MediaType given = contentType(request).orElse(MediaType.APPLICATION_OCTET_STREAM);
		try (LimitedRequest limited = this.limit.apply(request.servletRequest())) {
			if (MediaType.MULTIPART_FORM_DATA.includes(given)
					&& ContentCoding.of(request.servletRequest()) != ContentCoding.IDENTITY) {
				throw Problem.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "A form is not read with a Content-Encoding")
					.asException();
			}
			if (this.endpoint.takesPictures() && this.pictures.reads(given)) {
				byte[] picture = this.pictures.read(ServerRequest.create(limited, request.messageConverters()));
				return () -> this.pictures.decode(this.endpoint, picture);
			}
			if (takesValues()) {
				for (HttpMessageConverter<?> converter : this.converters.of(request.messageConverters())) {
					if (RequestConverters.canRead(converter, this.type, given)) {
						I body = notNull(
								RequestConverters.read(converter, this.type, message(request, limited, given)));
						return () -> body;
					}
				}
			}
			throw unsupported(request).asException();
		}
		catch (HttpMessageNotReadableException | BodyTooLarge | BrokenCoding ex) {
			throw problem(ex, given).asException();
		}
	}

	/**
	 * Return whether a converter reads a media type, so that nobody else need do it.
	 * @param all the application's message converters
	 * @param given the media type
	 * @return whether one does
	 */
	boolean reads(List<HttpMessageConverter<?>> all, MediaType given) {
		return takesValues() && this.converters.of(all)
			.stream()
			.anyMatch((converter) -> RequestConverters.canRead(converter, this.type, given));
	}

	/**
	 * Return what reads requests that are JSON texts.
	 * @param all the application's message converters, one of which reads JSON
	 * @return gives what a text says; throws {@link RequestRejectedException} if it is
	 * malformed
	 */
	Function<byte[], I> json(List<HttpMessageConverter<?>> all) {
		HttpMessageConverter<?> json = this.converters.of(all)
			.stream()
			.filter((converter) -> RequestConverters.canRead(converter, this.type, MediaType.APPLICATION_JSON))
			.findFirst()
			.orElseThrow();
		HttpHeaders headers = new HttpHeaders();
		headers.setContentType(MediaType.APPLICATION_JSON);
		return (text) -> {
			try {
				return notNull(RequestConverters.read(json, this.type, new Text(headers, text)));
			}
			catch (HttpMessageNotReadableException | IOException ex) {
				throw problem(ex, MediaType.APPLICATION_JSON).asException();
			}
		};
	}

	private static Problem problem(Exception failure, MediaType given) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof BodyTooLarge large) {
				return BodyLimit.problem(large);
			}
			if (cause instanceof BrokenCoding) {
				return Problem.of(HttpStatus.BAD_REQUEST, "The body " + cause.getMessage());
			}
		}
		return Problem.of(HttpStatus.BAD_REQUEST, MalformedBody.describe(failure, given));
	}

	/**
	 * A body that is inflated has other headers, and a form may have been read by a
	 * filter.
	 */
	private static HttpInputMessage message(ServerRequest request, HttpServletRequest limited, MediaType given) {
		boolean asSent = ContentCoding.of(request.servletRequest()) == ContentCoding.IDENTITY
				&& !given.isCompatibleWith(MediaType.APPLICATION_FORM_URLENCODED);
		return asSent ? new Body(request.headers().asHttpHeaders(), limited) : new ServletServerHttpRequest(limited);
	}

	private I notNull(@Nullable I body) {
		if (body == null) {
			throw Problem
				.of(HttpStatus.BAD_REQUEST, "The body is null, which is not " + JsonTypes.describe(this.type.toClass()))
				.asException();
		}
		return body;
	}

	private Optional<MediaType> contentType(ServerRequest request) {
		try {
			return request.headers().contentType();
		}
		catch (InvalidMediaTypeException ex) {
			throw unsupported(request).asException();
		}
	}

	private Problem unsupported(ServerRequest request) {
		String type = request.servletRequest().getHeader(HttpHeaders.CONTENT_TYPE);
		String given = (type != null) ? "Content-Type %s is not read".formatted(Quoted.text(type))
				: "There is no Content-Type";
		String accepted = MediaType.toString(consumes(request.messageConverters()));
		return Problem.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "%s; send %s".formatted(given, accepted))
			.withHeader("Accept-Post", accepted);
	}

	/**
	 * A JSON text.
	 */
	private record Text(HttpHeaders headers, byte[] json) implements HttpInputMessage {

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

		@Override
		public InputStream getBody() {
			return new ByteArrayInputStream(this.json);
		}

	}

	/**
	 * The body of a request with the headers that were read before: to read them again
	 * takes as long as a small body.
	 */
	private record Body(HttpHeaders headers, HttpServletRequest request) implements HttpInputMessage {

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

		@Override
		public InputStream getBody() throws IOException {
			return this.request.getInputStream();
		}

	}

}
