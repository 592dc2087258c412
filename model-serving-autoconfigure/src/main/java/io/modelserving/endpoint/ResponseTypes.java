package io.modelserving.endpoint;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;

import io.modelserving.model.Quoted;

import org.springframework.core.ResolvableType;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.servlet.function.ServerRequest;

/**
 * Chooses the media type of a response.
 */
final class ResponseTypes {

	/** By RFC 9110, 12.5.1, the most specific range decides on a media type. */
	private static final Comparator<MediaType> MOST_SPECIFIC = Comparator.comparingInt(ResponseTypes::specificity)
		.thenComparing(MediaType::getQualityValue);

	/** Of those that the caller likes equally, the one that is named; then the first. */
	private static final Comparator<Candidate> BEST = Comparator
		.comparingDouble((Candidate candidate) -> candidate.range().getQualityValue())
		.thenComparing(Candidate::range, Comparator.comparingInt(ResponseTypes::specificity));

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
		List<MediaType> accepted = accepted(request);
		return offered.stream()
			.flatMap((offer) -> accepted.stream()
				.filter((range) -> range.isCompatibleWith(offer))
				.max(MOST_SPECIFIC)
				.map((range) -> new Candidate(range, moreSpecific(range, offer)))
				.stream())
			.filter((candidate) -> candidate.range().getQualityValue() > 0 && candidate.type().isConcrete())
			.max(BEST)
			.map((candidate) -> candidate.type().removeQualityValue())
			.orElseThrow(() -> Problem
				.of(HttpStatus.NOT_ACCEPTABLE,
						"Accept %s is not offered; there is %s".formatted(Quoted.text(MediaType.toString(accepted)),
								MediaType.toString(concrete(offered))))
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

	/**
	 * Formats that are no text are written in UTF-8, or in no charset, whatever is asked
	 * for.
	 */
	private static MediaType moreSpecific(MediaType accepted, MediaType offer) {
		MediaType rated = offer.copyQualityValue(accepted);
		boolean otherCharset = !offer.getType().equals("text") && accepted.getCharset() != null
				&& !StandardCharsets.UTF_8.equals(accepted.getCharset());
		return (otherCharset || accepted.isLessSpecific(rated)) ? rated : accepted;
	}

	private static int specificity(MediaType range) {
		int parameters = range.getParameters().size() - (range.getParameters().containsKey("q") ? 1 : 0);
		int names = range.isWildcardType() ? 0
				: !range.isWildcardSubtype() ? 3 : range.getSubtype().equals("*") ? 1 : 2;
		return names + parameters;
	}

	/**
	 * Return what message converters can make of a type.
	 * @param type the type
	 * @param converters the converters
	 * @return the media types, JSON first and then in the order of the converters
	 */
	static List<MediaType> of(ResolvableType type, List<HttpMessageConverter<?>> converters) {
		return RequestConverters
			.mediaTypes(converters.stream().filter((converter) -> RequestConverters.canWrite(converter, type)), type);
	}

	static List<MediaType> concrete(List<MediaType> types) {
		return types.stream().filter(MediaType::isConcrete).toList();
	}

	/**
	 * What could be sent.
	 *
	 * @param range the range of {@code Accept} that decides on it
	 * @param type the media type
	 */
	private record Candidate(MediaType range, MediaType type) {
	}

}
