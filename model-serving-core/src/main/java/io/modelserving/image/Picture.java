package io.modelserving.image;

import java.awt.image.BufferedImage;

/**
 * A decoded picture of 8 bits per channel: upright, opaque, row by row from the top left.
 * Immutable: the creator must not change the pixels afterwards.
 */
public final class Picture {

	private final int width;

	private final int height;

	private final PixelFormat format;

	private final byte[] pixels;

	/**
	 * Create a picture.
	 * @param width the width in pixels, at least 1
	 * @param height the height in pixels, at least 1
	 * @param format what the bytes of a pixel stand for
	 * @param pixels the pixels, without gaps between rows; not copied
	 * @throws IllegalArgumentException if a side is below 1, or if the size of the pixels
	 * does not fit
	 */
	public Picture(int width, int height, PixelFormat format, byte[] pixels) {
		if (width < 1 || height < 1 || (long) width * height * format.channels() != pixels.length) {
			throw new IllegalArgumentException("%d bytes are no picture of %d x %d pixels of %d bytes"
				.formatted(pixels.length, width, height, format.channels()));
		}
		this.width = width;
		this.height = height;
		this.format = format;
		this.pixels = pixels;
	}

	/**
	 * Take the pixels of an image of the JDK.
	 * @param image the image; transparent parts are put on white
	 * @return the picture, which may share the image's memory
	 */
	public static Picture of(BufferedImage image) {
		return Pixels.of(image);
	}

	public int width() {
		return this.width;
	}

	public int height() {
		return this.height;
	}

	public PixelFormat format() {
		return this.format;
	}

	/**
	 * Return the pixels.
	 * @return the bytes of this picture, not a copy; do not write to them
	 */
	public byte[] pixels() {
		return this.pixels;
	}

	/**
	 * Return one channel of one pixel.
	 * @param x the column
	 * @param y the row
	 * @param channel 0 for gray or red, 1 for green, 2 for blue
	 * @return the value, from 0 to 255
	 */
	public int value(int x, int y, int channel) {
		int pixel = (y * this.width + x) * this.format.channels();
		return Byte.toUnsignedInt(this.pixels[pixel + this.format.offset(channel)]);
	}

	@Override
	public String toString() {
		return "%s picture of %d x %d pixels".formatted(this.format, this.width, this.height);
	}

}
