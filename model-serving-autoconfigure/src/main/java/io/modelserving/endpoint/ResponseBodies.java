package io.modelserving.endpoint;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.util.MultiValueMap;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.function.ServerResponse;

import io.modelserving.serving.cache.CacheOutcome;
import io.modelserving.image.Picture;
import io.modelserving.image.PictureEncoder;
import io.modelserving.web.CompressedResponse;
import io.modelserving.web.ResponseCompression;

/**
 * Writes the responses of an endpoint: pictures as PNG or JPEG, bytes and text as what
 * the endpoint says they are, all else with the application's message converters.
 * Thread-safe: what is kept is replaced as a whole.
 */
final class ResponseBodies {

	private static final List<MediaType> PICTURES = PictureEncoder.MEDIA_TYPES.stream()
		.map(MediaType::parseMediaType)
		.toList();

	private final ResolvableType type;

	private final List<MediaType> declared;

	private final ResponseCompression compression;

	private final boolean streams;

	private volatile Written written = new Written(List.of(), List.of());

	ResponseBodies(Endpoint<?, ?> endpoint, ResponseCompression compression) {
		this.compression = compression;
		this.type = endpoint.responseType();
		this.streams = StreamedEndpoint.isFor(endpoint);
		this.declared = MediaType.parseMediaTypes(endpoint.produces());
	}

	/**
	 * Return what a caller can choose from.
	 * @param converters the application's message converters
	 * @return the media types, the preferred first
	 */
	List<MediaType> offered(List<HttpMessageConverter<?>> converters) {
		if (this.streams) {
			return StreamedEndpoint.MEDIA_TYPES;
		}
		Class<?> raw = this.type.toClass();
		if (isConverted(raw, this.declared)) {
			return written(converters);
		}
		if (isPicture(raw)) {
			return PICTURES;
		}
		if (!this.declared.isEmpty()) {
			return this.declared;
		}
		return List.of((raw == String.class) ? MediaType.TEXT_PLAIN : MediaType.APPLICATION_OCTET_STREAM);
	}

	/**
	 * Return whether message converters decide what responses look like.
	 * @param endpoint the endpoint
	 * @return whether they do
	 */
	static boolean areConverted(Endpoint<?, ?> endpoint) {
		return isConverted(endpoint.responseType().toClass(), endpoint.produces());
	}

	private static boolean isConverted(Class<?> type, List<?> declared) {
		return declared.isEmpty() && !isPicture(type) && type != byte[].class && type != String.class;
	}

	/** Each request brings a list of its own of the same converters. */
	private List<MediaType> written(List<HttpMessageConverter<?>> converters) {
		Written last = this.written;
		if (!last.converters().equals(converters)) {
			last = new Written(List.copyOf(converters), ResponseTypes.of(this.type, converters));
			this.written = last;
		}
		return last.types();
	}

	static boolean isPicture(Class<?> type) {
		return type == Picture.class || BufferedImage.class.isAssignableFrom(type);
	}

	/**
	 * Write a response.
	 * @param response the response
	 * @param mediaType the media type that was chosen
	 * @param cache what the cache of the model did, or {@code null} if it has none
	 * @return the HTTP response
	 */
	ServerResponse write(Object response, MediaType mediaType, @Nullable CacheOutcome cache) {
		ServerResponse.BodyBuilder builder = ServerResponse.ok().contentType(mediaType);
		if (cache != null) {
			builder.header("Cache-Status", cache.cacheStatus());
		}
		if (response instanceof Picture picture) {
			return builder.body(PictureEncoder.encode(picture, mediaType.toString()));
		}
		if (response instanceof BufferedImage image) {
			return builder.body(PictureEncoder.encode(image, mediaType.toString()));
		}
		return new Compressed(builder.body(response, ParameterizedTypeReference.forType(this.type.getType())),
				this.compression);
	}

	private record Written(List<HttpMessageConverter<?>> converters, List<MediaType> types) {
	}

	/**
	 * A response that is compressed for callers who accept that.
	 *
	 * @param response the response
	 * @param compression decides whether it is
	 */
	private record Compressed(ServerResponse response, ResponseCompression compression) implements ServerResponse {

		@Override
		public HttpStatusCode statusCode() {
			return this.response.statusCode();
		}

		@Override
		public HttpHeaders headers() {
			return this.response.headers();
		}

		@Override
		public MultiValueMap<String, Cookie> cookies() {
			return this.response.cookies();
		}

		@Override
		public @Nullable ModelAndView writeTo(HttpServletRequest request, HttpServletResponse target, Context context)
				throws ServletException, IOException {
			try (CompressedResponse compressed = this.compression.apply(request, target)) {
				ModelAndView view = this.response.writeTo(request, compressed, context);
				compressed.finish();
				return view;
			}
		}

	}

}
