package io.modelserving.image;

import java.util.Arrays;
import java.util.Random;

import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.modelserving.image.PictureTensors.Layout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares {@link PictureTensors} with a slow and plain way to compute the same, on
 * pictures of random sizes and content.
 */
class ResamplerTests {

	private static final Offset<Double> CLOSE = Offset.offset(1e-6);

	private static final double[] LUMA = { 0.299, 0.587, 0.114 };

	private static final float[] MEAN = { 0.485f, 0.456f, 0.406f };

	private static final float[] DEVIATION = { 0.9f, 1.1f, 1 };

	private final Random random = new Random(20);

	@ParameterizedTest
	@EnumSource(Resize.class)
	void whenPictureIsStretchedThenEveryValueIsAsDefined(Resize resize) {
		for (int i = 0; i < 40; i++) {
			for (PixelFormat format : PixelFormat.values()) {
				for (PixelFormat channels : PixelFormat.values()) {
					compare(picture(format), channels, resize, Fit.STRETCH);
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource(Fit.class)
	void whenPictureIsFittedThenEveryValueIsAsDefined(Fit fit) {
		for (int i = 0; i < 40; i++) {
			for (Resize resize : Resize.values()) {
				compare(picture(PixelFormat.BGR), PixelFormat.RGB, resize, fit);
			}
		}
	}

	private Picture picture(PixelFormat format) {
		int width = 1 + this.random.nextInt(50);
		int height = 1 + this.random.nextInt(50);
		byte[] pixels = new byte[width * height * format.channels()];
		this.random.nextBytes(pixels);
		return new Picture(width, height, format, pixels);
	}

	private void compare(Picture picture, PixelFormat channels, Resize resize, Fit fit) {
		int width = 1 + this.random.nextInt(24);
		int height = 1 + this.random.nextInt(24);
		int count = channels.channels();
		Layout layout = this.random.nextBoolean() ? Layout.CHW : Layout.HWC;
		double share = (fit == Fit.CROP) ? 0.875 : 1;
		PictureTensors tensors = PictureTensors.of(channels, width, height)
			.layout(layout)
			.resize(resize)
			.normalize(Arrays.copyOf(MEAN, count), Arrays.copyOf(DEVIATION, count));
		tensors = switch (fit) {
			case STRETCH -> tensors;
			case CROP -> tensors.crop(share);
			case PAD -> tensors.pad(90);
		};
		float[] actual = tensors.toTensor(picture).toFloats();
		Fit.Area source = fit.source(picture.width(), picture.height(), width, height, share);
		Fit.Area target = fit.target(source, width, height);
		for (int y = 0; y < height; y++) {
			double[] rows = weights(resize, picture.height(), source.y(), source.height(), (int) target.height(),
					y - (int) target.y());
			for (int x = 0; x < width; x++) {
				double[] columns = weights(resize, picture.width(), source.x(), source.width(), (int) target.width(),
						x - (int) target.x());
				for (int channel = 0; channel < count; channel++) {
					double value = (rows.length == 0 || columns.length == 0) ? 90
							: sum(picture, rows, columns, channels, channel);
					int index = (layout == Layout.CHW) ? (channel * height + y) * width + x
							: (y * width + x) * count + channel;
					assertThat((double) actual[index])
						.as("%s to %s %d x %d %s", picture, channels, width, height, resize)
						.isCloseTo((value / 255 - MEAN[channel]) / DEVIATION[channel], CLOSE);
				}
			}
		}
	}

	private static double[] weights(Resize resize, int limit, double start, double length, int outputs, int output) {
		if (output < 0 || output >= outputs) {
			return new double[0];
		}
		double scale = length / outputs;
		double centre = start + (output + 0.5) * scale;
		double[] weights = new double[limit];
		double sum = 0;
		for (int i = 0; i < limit; i++) {
			double distance = Math.abs(i + 0.5 - centre);
			weights[i] = switch (resize) {
				case BILINEAR -> tent(i, limit, centre);
				case ANTIALIASED -> Math.max(0, 1 - distance / Math.max(1, scale));
				case AREA ->
					(scale > 1) ? Math.max(0, Math.min(i + 1, centre + scale / 2) - Math.max(i, centre - scale / 2))
							: tent(i, limit, centre);
			};
			sum += weights[i];
		}
		for (int i = 0; i < limit; i++) {
			weights[i] /= sum;
		}
		return weights;
	}

	/** Beyond the edges the outermost pixel goes on. */
	private static double tent(int pixel, int limit, double centre) {
		double within = Math.max(0.5, Math.min(limit - 0.5, centre));
		return Math.max(0, 1 - Math.abs(pixel + 0.5 - within));
	}

	private static double sum(Picture picture, double[] rows, double[] columns, PixelFormat channels, int channel) {
		double sum = 0;
		for (int y = 0; y < rows.length; y++) {
			for (int x = 0; x < columns.length; x++) {
				if (rows[y] * columns[x] != 0) {
					sum += value(picture, x, y, channels, channel) * rows[y] * columns[x];
				}
			}
		}
		return sum;
	}

	private static double value(Picture picture, int x, int y, PixelFormat channels, int channel) {
		if (picture.format() == PixelFormat.GRAY) {
			return picture.value(x, y, 0);
		}
		if (channels != PixelFormat.GRAY) {
			return picture.value(x, y, channels.offset(channel));
		}
		return LUMA[0] * picture.value(x, y, 0) + LUMA[1] * picture.value(x, y, 1) + LUMA[2] * picture.value(x, y, 2);
	}

}
