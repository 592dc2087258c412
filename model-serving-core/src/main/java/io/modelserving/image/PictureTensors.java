package io.modelserving.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * Makes pictures into FP32 tensors of one row: resized, in the channels and the order of
 * dimensions that a model wants, and normalised, all in one pass. Immutable.
 * <p>
 * By default, values go from 0 to 1, dimensions are {@code [1, channels, height, width]},
 * pictures are stretched and resized {@link Resize#ANTIALIASED}.
 */
public final class PictureTensors {

	private final PixelFormat channels;

	private final int width;

	private final int height;

	private final Layout layout;

	private final Resize resize;

	private final Fit fit;

	private final double share;

	private final int bars;

	private final float[] factors;

	private final float[] offsets;

	private final double margin;

	private PictureTensors(PixelFormat channels, int width, int height, Layout layout, Resize resize, Fit fit,
			double share, int bars, float[] factors, float[] offsets, double margin) {
		if (width < 1 || height < 1) {
			throw new IllegalArgumentException("%d x %d is no size of a picture".formatted(width, height));
		}
		this.channels = channels;
		this.width = width;
		this.height = height;
		this.layout = layout;
		this.resize = resize;
		this.fit = fit;
		this.share = share;
		this.bars = bars;
		this.factors = factors;
		this.offsets = offsets;
		this.margin = margin;
	}

	/**
	 * Begin with what the model wants.
	 * @param channels the channels, in order; colours become gray by the luma of ITU-R
	 * BT.601
	 * @param width the width
	 * @param height the height
	 * @return the conversion
	 */
	public static PictureTensors of(PixelFormat channels, int width, int height) {
		return new PictureTensors(channels, width, height, Layout.CHW, Resize.ANTIALIASED, Fit.STRETCH, 1, 0,
				filled(channels, 1 / 255f), filled(channels, 0), Double.POSITIVE_INFINITY);
	}

	private static float[] filled(PixelFormat channels, float value) {
		float[] values = new float[channels.channels()];
		Arrays.fill(values, value);
		return values;
	}

	public PictureTensors layout(Layout layout) {
		return new PictureTensors(this.channels, this.width, this.height, layout, this.resize, this.fit, this.share,
				this.bars, this.factors, this.offsets, this.margin);
	}

	public PictureTensors resize(Resize resize) {
		return new PictureTensors(this.channels, this.width, this.height, this.layout, resize, this.fit, this.share,
				this.bars, this.factors, this.offsets, this.margin);
	}

	/**
	 * Use the centre of a picture, cut to the ratio of sides that is wanted.
	 * @param share the share of the longest such part that is used, for instance 0.875
	 * for models trained on a crop of 224 pixels of pictures resized to 256
	 * @return the conversion
	 */
	public PictureTensors crop(double share) {
		if (!(share > 0 && share <= 1)) {
			throw new IllegalArgumentException("%s is no share: it must be above 0 and at most 1".formatted(share));
		}
		return new PictureTensors(this.channels, this.width, this.height, this.layout, this.resize, Fit.CROP, share,
				this.bars, this.factors, this.offsets, this.margin);
	}

	/**
	 * Use all of a picture, with bars where it is too short.
	 * @param value the value of the bars, from 0 to 255, normalised as pixels are
	 * @return the conversion
	 */
	public PictureTensors pad(int value) {
		return new PictureTensors(this.channels, this.width, this.height, this.layout, this.resize, Fit.PAD, 1, value,
				this.factors, this.offsets, this.margin);
	}

	/**
	 * Set the range of values.
	 * @param black what 0 becomes
	 * @param white what 255 becomes
	 * @return the conversion
	 */
	public PictureTensors range(float black, float white) {
		return new PictureTensors(this.channels, this.width, this.height, this.layout, this.resize, this.fit,
				this.share, this.bars, filled(this.channels, (white - black) / 255), filled(this.channels, black),
				this.margin);
	}

	/**
	 * Subtract a mean and divide by a standard deviation.
	 * @param mean the mean of each channel in order, of values from 0 to 1
	 * @param deviation the standard deviation of each channel
	 * @return the conversion
	 */
	public PictureTensors normalize(float[] mean, float[] deviation) {
		int count = this.channels.channels();
		if (mean.length != count || deviation.length != count) {
			throw new IllegalArgumentException("%s takes %d means and deviations, not %d and %d"
				.formatted(this.channels, count, mean.length, deviation.length));
		}
		float[] factors = new float[count];
		float[] offsets = new float[count];
		for (int i = 0; i < count; i++) {
			factors[i] = 1 / (255 * deviation[i]);
			offsets[i] = -mean[i] / deviation[i];
		}
		return new PictureTensors(this.channels, this.width, this.height, this.layout, this.resize, this.fit,
				this.share, this.bars, factors, offsets, this.margin);
	}

	/**
	 * Have pictures read at a fraction of their size by decoders that can, which is
	 * faster. It changes values: on three photographs by 1.4 to 3.5 % of their range in
	 * the mean at a margin of 1, by less than 0.6 % at a margin of 2. By default, all of
	 * a picture is read.
	 * @param newMargin how many times the size that is needed a picture must keep on both
	 * sides, at least 1
	 * @return the conversion
	 */
	public PictureTensors readWithMargin(double newMargin) {
		if (!(newMargin >= 1)) {
			throw new IllegalArgumentException("margin %s is below 1".formatted(newMargin));
		}
		return new PictureTensors(this.channels, this.width, this.height, this.layout, this.resize, this.fit,
				this.share, this.bars, this.factors, this.offsets, newMargin);
	}

	/**
	 * Read a picture and convert it.
	 * @param encoded the encoded picture
	 * @param decoder reads it
	 * @return a new tensor of one row
	 * @throws PictureException if the picture cannot be read
	 */
	public NumericTensor toTensor(byte[] encoded, PictureDecoder decoder) {
		if (decoder instanceof OpenCvDecoder openCv) {
			try (PictureBuffers buffers = PictureBuffers.current()) {
				return toTensor(openCv.decode(encoded, this::largestFactor, buffers));
			}
		}
		return toTensor(decoder.decode(encoded, this::largestFactor));
	}

	private double largestFactor(int width, int height) {
		Fit.Area source = this.fit.source(width, height, this.width, this.height, this.share);
		Fit.Area target = this.fit.target(source, this.width, this.height);
		return Math.min(source.width() / target.width(), source.height() / target.height()) / this.margin;
	}

	/**
	 * Convert a picture.
	 * @param picture the picture
	 * @return a new tensor of one row
	 */
	public NumericTensor toTensor(Picture picture) {
		return toTensor(PixelArray.of(picture));
	}

	private NumericTensor toTensor(PixelArray picture) {
		Fit.Area source = this.fit.source(picture.width(), picture.height(), this.width, this.height, this.share);
		Fit.Area target = this.fit.target(source, this.width, this.height);
		Taps columns = Taps.plan(this.resize, picture.width(), source.x(), source.width(), (int) target.width());
		Taps rows = Taps.plan(this.resize, picture.height(), source.y(), source.height(), (int) target.height());
		int count = this.channels.channels();
		ByteBuffer values = ByteBuffer
			.allocate(Math.multiplyExact(count * 4, Math.multiplyExact(this.width, this.height)))
			.order(ByteOrder.nativeOrder());
		TensorRows tensor = new TensorRows(values.asFloatBuffer(), this.layout, this.width, this.height, count);
		if (this.fit == Fit.PAD) {
			fillBars(tensor);
		}
		Resampler resampler = new Resampler(picture, this.channels, columns, rows);
		float[] line = new float[columns.outputs()];
		for (int y = 0; y < rows.outputs(); y++) {
			resampler.prepare(y);
			for (int channel = 0; channel < count; channel++) {
				resampler.channel(y, channel, this.factors[channel], this.offsets[channel], line);
				tensor.put((int) target.x(), (int) target.y() + y, channel, line);
			}
		}
		return Tensor.of(DataType.FP32, this.layout.shape(this.width, this.height, count), values);
	}

	private void fillBars(TensorRows tensor) {
		float[] line = new float[this.width];
		for (int y = 0; y < this.height; y++) {
			for (int channel = 0; channel < this.channels.channels(); channel++) {
				Arrays.fill(line, this.bars * this.factors[channel] + this.offsets[channel]);
				tensor.put(0, y, channel, line);
			}
		}
	}

	/**
	 * The order of a tensor's dimensions after the rows.
	 */
	public enum Layout {

		/** Channels, height, width. */
		CHW,

		/** Height, width, channels. */
		HWC;

		private Shape shape(int width, int height, int channels) {
			return (this == CHW) ? Shape.of(1, channels, height, width) : Shape.of(1, height, width, channels);
		}

	}

}
