package io.modelserving.image;

/**
 * Tests for {@link ImageIoDecoder}.
 */
class ImageIoDecoderTests extends PictureDecoderContract {

	@Override
	PictureDecoder decoder(long maxPixels) {
		return new ImageIoDecoder(maxPixels);
	}

}
