package io.modelserving.image;

import java.util.Set;

/**
 * Reads encoded pictures. Thread-safe.
 */
public interface PictureDecoder {

	/** Pixels that a picture may have unless something else is configured. */
	long DEFAULT_MAX_PIXELS = 25_000_000;

	/**
	 * Read a picture. Its format is told from its content; whether it has too many
	 * pixels, from its header, before memory is taken for it. It is turned upright as its
	 * EXIF orientation says, and transparent parts show white.
	 * @param data the encoded picture
	 * @return the picture
	 * @throws PictureException if it is of an unknown format, too large or broken
	 */
	Picture decode(byte[] data);

	/**
	 * Return the formats that are read.
	 * @return media types, such as {@code image/png}
	 */
	Set<String> mediaTypes();

	/**
	 * Create a decoder on the JDK's ImageIO and its plugins.
	 * @param maxPixels the most pixels of a picture, at least 1
	 * @return a decoder for JPEG, PNG, GIF (first frame) and BMP, and for WebP if there
	 * is a plugin
	 */
	static PictureDecoder imageIo(long maxPixels) {
		return new ImageIoDecoder(maxPixels);
	}

}
