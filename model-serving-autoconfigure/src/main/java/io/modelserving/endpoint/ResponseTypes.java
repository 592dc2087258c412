package io.modelserving.endpoint;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;

import io.modelserving.model.Quoted;

import org.springframework.core.ResolvableType;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.converter.GenericHttpMessageConverter;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.SmartHttpMessageConverter;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.servlet.function.ServerRequest;

/**
 * Chooses the media type of a response.
 */
final class ResponseTypes {

	private ResponseTypes() {
	}

	/**
	 * Choose what the caller likes best.
	 * @param request the request
	 * @param offered what there is, the preferred first, at least one; may have subtypes
	 * with wildcards
	 * @return a concrete media type
	 * @throws RequestRejectedException if the caller accepts none of them
	 */
	static MediaType choose(ServerRequest request, List<MediaType> offered) {
		Enumeration<String> headers = request.servletRequest().getHeaders(HttpHeaders.ACCEPT);
		boolean any = !headers.hasMoreElements()
				|| (headers.nextElement().equals(MediaType.ALL_VALUE) && !headers.hasMoreElements());
		if (any && !offered.isEmpty() && offered.get(0).isConcrete()) {
			return offered.get(0);
		}
		List<MediaType> candidates = new ArrayList<>();
		for (MediaType accepted : accepted(request)) {
			offered.stream()
				.filter(offer -> accepted.getQualityValue() > 0 && accepted.isCompatibleWith(offer))
				.map(offer -> moreSpecific(accepted, offer))
				.forEach(candidates::add);
		}
		MimeTypeUtils.sortBySpecificity(candidates);
		return candidates.stream()
			.filter(MediaType::isConcrete)
			.findFirst()
			.map(MediaType::removeQualityValue)
			.orElseThrow(() -> Problem.of(HttpStatus.NOT_ACCEPTABLE, "Accept %s is not offered; there is %s".formatted(
					Quoted.text(MediaType.toString(request.headers().accept())), MediaType.toString(concrete(offered))))
				.asException());
	}

	private static List<MediaType> accepted(ServerRequest request) {
		try {
			List<MediaType> accepted = request.headers().accept();
			return accepted.isEmpty() ? List.of(MediaType.ALL) : accepted;
		}
		catch (InvalidMediaTypeException ex) {
			throw Problem.of(HttpStatus.NOT_ACCEPTABLE, "header Accept: " + Quoted.text(ex.getMessage())).asException();
		}
	}

	private static MediaType moreSpecific(MediaType accepted, MediaType offer) {
		MediaType rated = offer.copyQualityValue(accepted);
		return accepted.isLessSpecific(rated) ? rated : accepted;
	}

	/**
	 * Return what message converters can make of a type.
	 * @param type the type
	 * @param converters the converters
	 * @return the media types, in the order of the converters
	 */
	static List<MediaType> of(ResolvableType type, List<HttpMessageConverter<?>> converters) {
		Class<?> raw = type.toClass();
		Set<MediaType> types = new LinkedHashSet<>();
		for (HttpMessageConverter<?> converter : converters) {
			if (canWrite(converter, type, raw)) {
				types.addAll(converter.getSupportedMediaTypes(raw));
			}
		}
		return List.copyOf(types);
	}

	private static boolean canWrite(HttpMessageConverter<?> converter, ResolvableType type, Class<?> raw) {
		if (converter instanceof GenericHttpMessageConverter<?> generic) {
			return generic.canWrite(type.getType(), raw, null);
		}
		return (converter instanceof SmartHttpMessageConverter<?> smart) ? smart.canWrite(type, raw, null)
				: converter.canWrite(raw, null);
	}

	static List<MediaType> concrete(List<MediaType> types) {
		return types.stream().filter(MediaType::isConcrete).toList();
	}

}
