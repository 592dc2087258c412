package io.modelserving.endpoint;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
import org.springframework.http.converter.GenericHttpMessageConverter;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.converter.SmartHttpMessageConverter;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.servlet.function.ServerRequest;

import io.modelserving.image.Picture;
import io.modelserving.model.Quoted;
import io.modelserving.tensor.BufferPool;
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
	 * @return the media types, {@code multipart/form-data} first where there are
	 * pictures, as browsers show that as a file to choose; JSON last
	 */
	List<MediaType> consumes() {
		List<MediaType> types = new ArrayList<>();
		if (this.endpoint.takesPictures()) {
			types.addAll(this.pictures.mediaTypes());
		}
		if (takesJson()) {
			types.add(MediaType.APPLICATION_JSON);
		}
		return types;
	}

	private boolean takesJson() {
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
		HttpServletRequest limited = this.limit.apply(request.servletRequest());
		try {
			if (MediaType.MULTIPART_FORM_DATA.includes(given)
					&& ContentCoding.of(request.servletRequest()) != ContentCoding.IDENTITY) {
				throw Problem.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "A form is not read with a Content-Encoding")
					.asException();
			}
			if (this.endpoint.takesPictures() && this.pictures.reads(given)) {
				byte[] picture = this.pictures.read(ServerRequest.create(limited, request.messageConverters()));
				return () -> this.pictures.decode(this.endpoint, picture);
			}
			if (takesJson()) {
				for (HttpMessageConverter<?> converter : this.converters.of(request.messageConverters())) {
					if (canRead(converter, given)) {
						I body = notNull(read(converter, message(request, limited, given)));
						return () -> body;
					}
				}
			}
			throw unsupported(request).asException();
		}
		catch (HttpMessageNotReadableException | BodyLimit.Exceeded | BodyLimit.Broken ex) {
			if (isCausedBy(BodyLimit.Exceeded.class, ex)) {
				throw this.limit.problem().asException();
			}
			throw Problem
				.of(HttpStatus.BAD_REQUEST,
						isCausedBy(BodyLimit.Broken.class, ex) ? "The body is not what its Content-Encoding stands for"
								: MalformedBody.describe(ex))
				.asException();
		}
	}

	private boolean canRead(HttpMessageConverter<?> converter, MediaType given) {
		if (converter instanceof GenericHttpMessageConverter<?> generic) {
			return generic.canRead(this.type.getType(), this.type.toClass(), given);
		}
		return (converter instanceof SmartHttpMessageConverter<?> smart) ? smart.canRead(this.type, given)
				: converter.canRead(this.type.toClass(), given);
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

	@SuppressWarnings("unchecked")
	private @Nullable I read(HttpMessageConverter<?> converter, HttpInputMessage body) throws IOException {
		if (converter instanceof GenericHttpMessageConverter<?> generic) {
			return (I) generic.read(this.type.getType(), this.type.toClass(), body);
		}
		return (converter instanceof SmartHttpMessageConverter<?> smart) ? (I) smart.read(this.type, body, null)
				: ((HttpMessageConverter<I>) converter).read((Class<? extends I>) this.type.toClass(), body);
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
		String accepted = MediaType.toString(consumes());
		return Problem.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "%s; send %s".formatted(given, accepted))
			.withHeader("Accept-Post", accepted);
	}

	private static boolean isCausedBy(Class<? extends IOException> type, Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (type.isInstance(cause)) {
				return true;
			}
		}
		return false;
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
