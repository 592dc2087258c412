package io.modelserving.endpoint;

import io.modelserving.image.Picture;

/**
 * Implemented by a handler beside {@link ModelHandler} or {@link MultiItemModelHandler},
 * to take pictures too: as the body of an {@code image/*} request, or as the part
 * {@code image} or {@code file} of {@code multipart/form-data}. A handler whose request
 * is a {@link Picture} takes them without this.
 *
 * @param <I> the request of the handler
 */
@FunctionalInterface
public interface PictureRequest<I> {

	/**
	 * Make a request of a picture.
	 * @param picture the picture, decoded and upright
	 * @return the request, which is validated as one from JSON is
	 * @throws IllegalArgumentException if the picture does not suit: the caller gets a
	 * 400 with this message
	 */
	I fromPicture(Picture picture);

}
