package io.modelserving.endpoint;

/**
 * Implemented by a handler beside {@link ModelHandler} or {@link MultiItemModelHandler},
 * to take pictures as {@link PictureRequest} does, but without having them decoded: the
 * handler decodes them itself, for instance by
 * {@link io.modelserving.image.PictureTensors#toTensor(byte[], io.modelserving.image.PictureDecoder)},
 * which reads no more of a picture than the model needs.
 *
 * @param <I> the request of the handler
 */
@FunctionalInterface
public interface EncodedPictureRequest<I> {

	/**
	 * Make a request of a picture.
	 * @param encoded the bytes that were sent, of any content
	 * @return the request, which is validated as one from JSON is
	 * @throws IllegalArgumentException if the picture does not suit: the caller gets a
	 * 400 with this message
	 */
	I fromEncodedPicture(byte[] encoded);

}
