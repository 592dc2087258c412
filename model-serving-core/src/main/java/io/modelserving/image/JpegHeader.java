package io.modelserving.image;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

import org.jspecify.annotations.Nullable;

/**
 * What the segments before the pixels of a JPEG say (ITU-T T.81, annex B).
 *
 * @param width the width as stored
 * @param height the height as stored
 * @param components 1 for gray, 3 for colours, 4 for inks
 * @param scan where the first scan begins, in bytes
 */
record JpegHeader(int width, int height, int components, int scan) {

	private static final int START_OF_SCAN = 0xda;

	private static final int FIRST_FRAME = 0xc0;

	private static final int PROGRESSIVE_FRAME = 0xc2;

	/**
	 * Read a header.
	 * @param data the encoded picture
	 * @return the header, or {@code null} if this is no JPEG of 8 bits whose scans are
	 * coded by Huffman's method, sequential or progressive
	 */
	static @Nullable JpegHeader of(byte[] data) {
		try {
			return read(ByteBuffer.wrap(data));
		}
		catch (BufferUnderflowException | IllegalArgumentException ex) {
			return null;
		}
	}

	private static @Nullable JpegHeader read(ByteBuffer jpeg) {
		if (jpeg.getShort() != (short) 0xffd8) {
			return null;
		}
		int width = 0;
		int height = 0;
		int components = 0;
		while (jpeg.get() == (byte) 0xff) {
			int marker = Byte.toUnsignedInt(jpeg.get());
			int segment = jpeg.position();
			int length = Short.toUnsignedInt(jpeg.getShort());
			if (marker == START_OF_SCAN) {
				return (width > 0 && height > 0) ? new JpegHeader(width, height, components, segment + length) : null;
			}
			if (marker >= FIRST_FRAME && marker <= PROGRESSIVE_FRAME && jpeg.get() == 8) {
				height = Short.toUnsignedInt(jpeg.getShort());
				width = Short.toUnsignedInt(jpeg.getShort());
				components = jpeg.get();
			}
			jpeg.position(segment + length);
		}
		return null;
	}

	/**
	 * Return whether a picture has an end. Within the scans every byte 0xff is marked, so
	 * the marker of the end appears there only where it means it.
	 * @param data the encoded picture
	 * @return whether it is not cut off
	 */
	boolean isWhole(byte[] data) {
		for (int i = data.length - 2; i >= this.scan; i--) {
			if (data[i] == (byte) 0xff && data[i + 1] == (byte) 0xd9) {
				return true;
			}
		}
		return false;
	}

}
