package io.modelserving.endpoint;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

import io.modelserving.image.Picture;
import io.modelserving.image.PictureDecoder;
import io.modelserving.model.ModelKey;

/**
 * A typed endpoint: a handler, and what its annotation says.
 *
 * @param beanName the name of the handler's bean
 * @param handler the handler
 * @param requestType the type of the request
 * @param responseType the type of the response
 * @param path the path
 * @param model the name of the model, empty for a pipeline
 * @param version the version of the model, or {@code null} for the default one
 * @param documentation what the API's documentation says of it
 * @param produces the media types that the annotation gives
 * @param <I> the request
 * @param <O> the response
 */
record Endpoint<I, O>(String beanName, EndpointHandler<I, O> handler, ResolvableType requestType,
		ResolvableType responseType, String path, String model, @Nullable Long version, Documentation documentation,
		List<String> produces) {

	Endpoint {
		produces = List.copyOf(produces);
	}

	/** Return whether the endpoint is for a model, and not for a pipeline. */
	boolean hasModel() {
		return !this.model.isEmpty();
	}

	/** Return whether a version of a model takes part in the endpoint. */
	boolean isFor(ModelKey key) {
		return isFor(key.name()) && (this.version == null || this.version == key.version());
	}

	/** Return whether a model takes part in the endpoint. */
	boolean isFor(String name) {
		return (this.handler instanceof PipelineHandler<I, O> pipeline)
				? pipeline.pipeline().loads().stream().anyMatch((load) -> load.name().equals(name))
				: name.equals(this.model);
	}

	/**
	 * Return the example of the handler.
	 * @return the example, or {@code null} if there is none, or none that JSON could show
	 */
	@Nullable I example() {
		return (this.requestType.toClass() == Picture.class) ? null : this.handler.example();
	}

	boolean takesPictures() {
		return this.handler instanceof PictureRequest<?> || this.handler instanceof EncodedPictureRequest<?>
				|| this.requestType.toClass() == Picture.class;
	}

	/**
	 * Make a request of a picture.
	 * @param encoded the picture
	 * @param decoder reads pictures
	 * @return the request, if the endpoint {@linkplain #takesPictures() takes pictures}
	 * @throws io.modelserving.image.PictureException if it is no picture
	 * @throws IllegalArgumentException if it does not suit the handler
	 */
	@SuppressWarnings("unchecked")
	I fromPicture(byte[] encoded, PictureDecoder decoder) {
		if (this.handler instanceof EncodedPictureRequest<?> pictures) {
			return ((EncodedPictureRequest<I>) pictures).fromEncodedPicture(encoded);
		}
		Picture picture = decoder.decode(encoded);
		return (this.handler instanceof PictureRequest<?> pictures)
				? ((PictureRequest<I>) pictures).fromPicture(picture) : (I) picture;
	}

	/**
	 * What the API's documentation says of an endpoint.
	 *
	 * @param summary what it does, in a few words
	 * @param description what it does, at length
	 * @param tag the group under which it is listed
	 */
	record Documentation(String summary, String description, String tag) {
	}

}
