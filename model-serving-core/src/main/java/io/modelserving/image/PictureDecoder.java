package io.modelserving.image;

import java.util.Set;

/**
 * Reads encoded pictures. Thread-safe.
 */
public interface PictureDecoder {

	/** Pixels that a picture may have unless something else is configured. */
	long DEFAULT_MAX_PIXELS = 25_000_000;

	/**
	 * Read a picture. Its format is detected from its content; whether it has too many
	 * pixels, from its header, before memory is taken for it. It is turned upright as its
	 * EXIF orientation says, and transparent parts show white.
	 * @param data the encoded picture
	 * @return the picture
	 * @throws PictureException if it is of an unknown format, too large or broken
	 */
	default Picture decode(byte[] data) {
		return decode(data, Shrink.NONE);
	}

	/**
	 * Read a picture, perhaps at a fraction of its size, which is faster.
	 * @param data the encoded picture
	 * @param shrink says by how much it may be shrunk
	 * @return the picture, as {@link #decode(byte[])} gives it, or smaller
	 * @throws PictureException if it is of an unknown format, too large or broken
	 */
	Picture decode(byte[] data, Shrink shrink);

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

	/**
	 * Create the fastest available decoder: one that reads JPEG with OpenCV if the
	 * library {@code org.bytedeco:opencv} and its native part for this machine are on the
	 * class path, or else the one on ImageIO.
	 * @param maxPixels the most pixels of a picture, at least 1
	 * @return a decoder for the same formats as {@link #imageIo}
	 */
	static PictureDecoder fastest(long maxPixels) {
		PictureDecoder imageIo = imageIo(maxPixels);
		return OpenCv.isAvailable() ? new OpenCvDecoder(imageIo, maxPixels) : imageIo;
	}

}
