package io.modelserving.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

import org.jspecify.annotations.Nullable;

/**
 * Takes the pixels out of the images of the JDK. Gray samples are taken as they stand in
 * the file: the JDK's own conversion takes them for linear light and makes them brighter.
 */
final class Pixels {

	private Pixels() {
	}

	static Picture of(BufferedImage image) {
		byte[] bytes = contiguousBytes(image.getRaster());
		if (bytes != null && image.getType() == BufferedImage.TYPE_3BYTE_BGR) {
			return new Picture(image.getWidth(), image.getHeight(), PixelFormat.BGR, bytes);
		}
		if (bytes != null && image.getType() == BufferedImage.TYPE_BYTE_GRAY) {
			return new Picture(image.getWidth(), image.getHeight(), PixelFormat.GRAY, bytes);
		}
		return isGray(image.getColorModel()) ? gray(image) : rgb(image);
	}

	private static byte @Nullable [] contiguousBytes(Raster raster) {
		int bytes = raster.getWidth() * raster.getHeight() * raster.getNumBands();
		return (raster.getDataBuffer() instanceof DataBufferByte buffer && buffer.getNumBanks() == 1
				&& buffer.getOffset() == 0 && buffer.getData().length == bytes) ? buffer.getData() : null;
	}

	private static boolean isGray(ColorModel model) {
		return !(model instanceof IndexColorModel) && model.getColorSpace().getType() == ColorSpace.TYPE_GRAY
				&& model.getComponentSize(0) >= 8 && model.getTransferType() <= 1;
	}

	private static Picture gray(BufferedImage image) {
		Raster raster = image.getRaster();
		int width = image.getWidth();
		int shift = image.getColorModel().getComponentSize(0) - 8;
		byte[] pixels = new byte[width * image.getHeight()];
		int[] row = new int[width];
		int[] alphas = new int[width];
		for (int y = 0; y < image.getHeight(); y++) {
			raster.getSamples(0, y, width, 1, 0, row);
			if (image.getColorModel().hasAlpha()) {
				raster.getSamples(0, y, width, 1, 1, alphas);
			}
			for (int x = 0; x < width; x++) {
				int alpha = image.getColorModel().hasAlpha() ? alphas[x] >> shift : 255;
				pixels[y * width + x] = onWhite(row[x] >> shift, alpha);
			}
		}
		return new Picture(width, image.getHeight(), PixelFormat.GRAY, pixels);
	}

	private static Picture rgb(BufferedImage image) {
		int width = image.getWidth();
		byte[] pixels = new byte[width * image.getHeight() * 3];
		int[] row = new int[width];
		int target = 0;
		for (int y = 0; y < image.getHeight(); y++) {
			image.getRGB(0, y, width, 1, row, 0, width);
			for (int argb : row) {
				int alpha = argb >>> 24;
				pixels[target++] = onWhite((argb >> 16) & 0xff, alpha);
				pixels[target++] = onWhite((argb >> 8) & 0xff, alpha);
				pixels[target++] = onWhite(argb & 0xff, alpha);
			}
		}
		return new Picture(width, image.getHeight(), PixelFormat.RGB, pixels);
	}

	private static byte onWhite(int value, int alpha) {
		return (byte) ((value * alpha + 255 * (255 - alpha) + 127) / 255);
	}

}
