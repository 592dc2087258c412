package io.modelserving.endpoint;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.util.MultiValueMap;
import org.springframework.web.servlet.function.ServerRequest;

import io.modelserving.image.PictureDecoder;
import io.modelserving.image.PictureException;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException;
import io.modelserving.model.Quoted;

/**
 * Reads pictures from bodies.
 */
final class PictureBody {

	/** The names that the part with the picture may have. */
	static final List<String> PARTS = List.of("image", "file");

	private static final MediaType ANY_PICTURE = MediaType.parseMediaType("image/*");

	private final PictureDecoder decoder;

	private final BodyLimit limit;

	PictureBody(PictureDecoder decoder, BodyLimit limit) {
		this.decoder = decoder;
		this.limit = limit;
	}

	/**
	 * Return the media types that are read.
	 * @return {@code multipart/form-data}, and those of pictures
	 */
	List<MediaType> mediaTypes() {
		return Stream
			.concat(Stream.of(MediaType.MULTIPART_FORM_DATA),
					this.decoder.mediaTypes().stream().map(MediaType::parseMediaType))
			.toList();
	}

	boolean reads(MediaType type) {
		return ANY_PICTURE.includes(type) || MediaType.MULTIPART_FORM_DATA.includes(type);
	}

	/**
	 * Read the bytes of a picture.
	 * @param request a request of a media type that is read, limited in size
	 * @return the bytes
	 * @throws RequestRejectedException if there is no picture
	 */
	byte[] read(ServerRequest request) throws ServletException, IOException {
		boolean multipart = request.headers().contentType().filter(MediaType.MULTIPART_FORM_DATA::includes).isPresent();
		if (multipart) {
			return part(request.multipartData());
		}
		HttpServletRequest body = request.servletRequest();
		return BodyBytes.read(body.getInputStream(), body.getContentLengthLong());
	}

	/**
	 * Make a request of a picture.
	 * @param <I> the request
	 * @param endpoint the endpoint that gets it
	 * @param encoded the bytes of the picture
	 * @return the request
	 * @throws RequestRejectedException if it cannot be decoded
	 * @throws InvalidInput if it does not suit the handler
	 */
	<I> I decode(Endpoint<I, ?> endpoint, byte[] encoded) {
		try {
			return endpoint.fromPicture(encoded, this.decoder);
		}
		catch (PictureException ex) {
			throw problem(ex).asException();
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidInput(String.valueOf(ex.getMessage()), ex);
		}
		catch (InferenceException | HandlerFailedException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			throw new HandlerFailedException("picture",
					"%s threw %s for a picture".formatted(endpoint.handler().getClass().getName(), ex), ex);
		}
	}

	private byte[] part(MultiValueMap<String, Part> parts) throws IOException {
		Part part = find(parts);
		if (part == null) {
			throw Problem
				.of(HttpStatus.BAD_REQUEST,
						"The form has the parts [%s]; the picture must be in \"image\" or \"file\""
							.formatted(Quoted.list(parts.keySet())))
				.asException();
		}
		if (part.getSize() > this.limit.bytes()) {
			throw this.limit.problem().asException();
		}
		return BodyBytes.read(part.getInputStream(), part.getSize());
	}

	private static @Nullable Part find(MultiValueMap<String, Part> parts) {
		return PARTS.stream().filter(parts::containsKey).findFirst().map(parts::getFirst).orElse(null);
	}

	private Problem problem(PictureException failure) {
		return switch (failure.reason()) {
			case UNSUPPORTED_FORMAT -> Problem.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE, failure.getMessage());
			case TOO_LARGE -> Problem.of(HttpStatus.CONTENT_TOO_LARGE,
					failure.getMessage() + " (model-serving.endpoints.max-pixels)");
			case MALFORMED -> Problem.of(HttpStatus.BAD_REQUEST, failure.getMessage());
		};
	}

}
