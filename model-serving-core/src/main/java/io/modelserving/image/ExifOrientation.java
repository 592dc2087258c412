package io.modelserving.image;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How a camera was held, by the EXIF tag 0x0112 (EXIF 2.32, section 4.6.4). Found in JPEG
 * only.
 *
 * @param value 1 for upright, to 8 as the standard counts them
 */
record ExifOrientation(int value) {

	private static final ExifOrientation UPRIGHT = new ExifOrientation(1);

	private static final int TAG = 0x0112;

	private static final int SHORT = 3;

	private static final long EXIF_HEADER = 0x457869660000L;

	/**
	 * Read the orientation of a picture.
	 * @param data the encoded picture
	 * @return the orientation; upright if there is none, or none that makes sense
	 */
	static ExifOrientation of(byte[] data) {
		try {
			return read(ByteBuffer.wrap(data));
		}
		catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException ex) {
			// the picture itself may be sound
			return UPRIGHT;
		}
	}

	private static ExifOrientation read(ByteBuffer jpeg) {
		if (jpeg.getShort() != (short) 0xffd8) {
			return UPRIGHT;
		}
		while (jpeg.get() == (byte) 0xff) {
			int marker = Byte.toUnsignedInt(jpeg.get());
			if (marker == 0xda) {
				return UPRIGHT;
			}
			int length = Short.toUnsignedInt(jpeg.getShort()) - 2;
			if (marker == 0xe1 && length > 14 && (jpeg.getLong(jpeg.position()) >>> 16) == EXIF_HEADER) {
				return readTiff(jpeg.slice(jpeg.position() + 6, length - 6));
			}
			jpeg.position(jpeg.position() + length);
		}
		return UPRIGHT;
	}

	private static ExifOrientation readTiff(ByteBuffer tiff) {
		tiff.order((tiff.get(0) == 'I') ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
		int directory = tiff.getInt(4);
		int entries = Short.toUnsignedInt(tiff.getShort(directory));
		for (int i = 0; i < entries; i++) {
			int entry = directory + 2 + i * 12;
			if (Short.toUnsignedInt(tiff.getShort(entry)) == TAG && tiff.getShort(entry + 2) == SHORT) {
				int value = tiff.getShort(entry + 8);
				return (value >= 1 && value <= 8) ? new ExifOrientation(value) : UPRIGHT;
			}
		}
		return UPRIGHT;
	}

	boolean isUpright() {
		return this.value == 1;
	}

	boolean isSideways() {
		return this.value >= 5;
	}

	/**
	 * Turn a picture upright.
	 * @param picture the picture as it is stored
	 * @return the picture as it was seen
	 */
	Picture apply(Picture picture) {
		if (isUpright()) {
			return picture;
		}
		boolean sideways = isSideways();
		int width = sideways ? picture.height() : picture.width();
		int height = sideways ? picture.width() : picture.height();
		int channels = picture.format().channels();
		byte[] upright = new byte[picture.pixels().length];
		for (int y = 0; y < height; y++) {
			for (int x = 0; x < width; x++) {
				System.arraycopy(picture.pixels(), source(picture, x, y) * channels, upright,
						(y * width + x) * channels, channels);
			}
		}
		return new Picture(width, height, picture.format(), upright);
	}

	private int source(Picture stored, int x, int y) {
		int right = stored.width() - 1;
		int bottom = stored.height() - 1;
		return switch (this.value) {
			case 2 -> index(stored, right - x, y);
			case 3 -> index(stored, right - x, bottom - y);
			case 4 -> index(stored, x, bottom - y);
			case 5 -> index(stored, y, x);
			case 6 -> index(stored, y, bottom - x);
			case 7 -> index(stored, right - y, bottom - x);
			case 8 -> index(stored, right - y, x);
			default -> index(stored, x, y);
		};
	}

	private static int index(Picture stored, int x, int y) {
		return y * stored.width() + x;
	}

}
