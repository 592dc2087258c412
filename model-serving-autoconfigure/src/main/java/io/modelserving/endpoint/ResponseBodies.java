package io.modelserving.endpoint;

import java.awt.image.BufferedImage;
import java.util.List;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.servlet.function.ServerResponse;

import io.modelserving.image.Picture;
import io.modelserving.image.PictureEncoder;

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

	private volatile Written written = new Written(List.of(), List.of());

	ResponseBodies(Endpoint<?, ?> endpoint) {
		this.type = endpoint.responseType();
		this.declared = MediaType.parseMediaTypes(endpoint.produces());
	}

	/**
	 * Return what a caller can choose from.
	 * @param converters the application's message converters
	 * @return the media types, the preferred first
	 */
	List<MediaType> offered(List<HttpMessageConverter<?>> converters) {
		Class<?> raw = this.type.toClass();
		if (isPicture(raw)) {
			return PICTURES;
		}
		if (!this.declared.isEmpty()) {
			return this.declared;
		}
		if (raw == byte[].class) {
			return List.of(MediaType.APPLICATION_OCTET_STREAM);
		}
		return (raw == String.class) ? List.of(MediaType.TEXT_PLAIN) : written(converters);
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
	 * @return the HTTP response
	 */
	ServerResponse write(Object response, MediaType mediaType) {
		ServerResponse.BodyBuilder builder = ServerResponse.ok().contentType(mediaType);
		if (response instanceof Picture picture) {
			return builder.body(PictureEncoder.encode(picture, mediaType.toString()));
		}
		if (response instanceof BufferedImage image) {
			return builder.body(PictureEncoder.encode(image, mediaType.toString()));
		}
		return builder.body(response, ParameterizedTypeReference.forType(this.type.getType()));
	}

	private record Written(List<HttpMessageConverter<?>> converters, List<MediaType> types) {
	}

}
