package io.modelserving.image;

/**
 * The pixels of a picture in an array that may be longer than they are.
 *
 * @param width the width in pixels
 * @param height the height in pixels
 * @param format what the bytes of a pixel stand for
 * @param pixels the pixels from the first element on, without gaps between rows
 */
record PixelArray(int width, int height, PixelFormat format, byte[] pixels) {

	static PixelArray of(Picture picture) {
		return new PixelArray(picture.width(), picture.height(), picture.format(), picture.pixels());
	}

}
