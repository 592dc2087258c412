package io.modelserving.image;

import java.util.Arrays;

/**
 * Resizes a picture row by row: each source row that is needed is resized horizontally
 * once, into a plane for each channel, and kept as long as output rows need it.
 * <p>
 * The loops are written so that the virtual machine makes vector instructions of those
 * over planes, and leaves no call or decision in those over pixels.
 */
final class Resampler {

	/** Of red, green and blue. */
	private static final float[] LUMA = { 0.299f, 0.587f, 0.114f };

	private final PixelArray source;

	private final PixelFormat channels;

	private final Taps columns;

	private final Taps rows;

	private final float[][][] kept;

	private final int[] keptRows;

	Resampler(PixelArray source, PixelFormat channels, Taps columns, Taps rows) {
		this.source = source;
		this.channels = channels;
		this.columns = columns;
		this.rows = rows;
		this.kept = new float[rows.count()][source.format().channels()][columns.outputs()];
		this.keptRows = new int[rows.count()];
		Arrays.fill(this.keptRows, -1);
	}

	/**
	 * Prepare for a row of the result.
	 * @param y its index; indexes may not fall
	 */
	void prepare(int y) {
		int first = this.rows.first()[y];
		for (int row = first; row < first + this.rows.count(); row++) {
			int slot = row % this.kept.length;
			if (this.keptRows[slot] != row && weight(y, row - first) != 0) {
				resizeRow(row, this.kept[slot]);
				this.keptRows[slot] = row;
			}
		}
	}

	/**
	 * Give one channel of the row prepared.
	 * @param y the index of the row
	 * @param channel the channel, in the order that is wanted
	 * @param factor what the values, from 0 to 255, are multiplied by
	 * @param offset what is added to that
	 * @param target gets them, as many as the result is wide
	 */
	void channel(int y, int channel, float factor, float offset, float[] target) {
		int plane = plane(channel);
		int count = this.rows.count();
		for (int i = 0; i < count; i += 2) {
			float[] one = kept(y, i)[plane];
			float[] other = kept(y, Math.min(i + 1, count - 1))[plane];
			float weight = weight(y, i) * factor;
			float otherWeight = (i + 1 < count) ? weight(y, i + 1) * factor : 0;
			if (i == 0) {
				set(target, one, weight, other, otherWeight, offset);
			}
			else {
				add(target, one, weight, other, otherWeight);
			}
		}
	}

	private float weight(int y, int tap) {
		return this.rows.weights()[y * this.rows.count() + tap];
	}

	/** What has no weight need not have been resized: any finite values will do. */
	private float[][] kept(int y, int tap) {
		return this.kept[(this.rows.first()[y] + tap) % this.kept.length];
	}

	private int plane(int channel) {
		boolean one = this.source.format() == PixelFormat.GRAY || this.channels == PixelFormat.GRAY;
		// the colour of a position is the position of that colour, in both orders
		return one ? 0 : this.source.format().offset(this.channels.offset(channel));
	}

	private static void set(float[] target, float[] one, float weight, float[] other, float otherWeight, float offset) {
		for (int i = 0; i < target.length; i++) {
			target[i] = one[i] * weight + other[i] * otherWeight + offset;
		}
	}

	private static void add(float[] target, float[] one, float weight, float[] other, float otherWeight) {
		for (int i = 0; i < target.length; i++) {
			target[i] += one[i] * weight + other[i] * otherWeight;
		}
	}

	private void resizeRow(int y, float[][] planes) {
		int[] first = this.columns.first();
		float[] weights = this.columns.weights();
		byte[] pixels = this.source.pixels();
		if (this.source.format() == PixelFormat.GRAY) {
			gray(pixels, y * this.source.width(), first, weights, this.columns.count(), planes[0]);
			return;
		}
		int start = y * this.source.width() * 3;
		if (this.columns.count() == 2) {
			twoColours(pixels, start, first, weights, planes[0], planes[1], planes[2]);
		}
		else {
			colours(pixels, start, first, weights, this.columns.count(), planes[0], planes[1], planes[2]);
		}
		if (this.channels == PixelFormat.GRAY) {
			toLuma(planes);
		}
	}

	private static void twoColours(byte[] pixels, int start, int[] first, float[] weights, float[] plane0,
			float[] plane1, float[] plane2) {
		for (int x = 0; x < first.length; x++) {
			int pixel = start + first[x] * 3;
			float left = weights[2 * x];
			float right = weights[2 * x + 1];
			plane0[x] = (pixels[pixel] & 0xff) * left + (pixels[pixel + 3] & 0xff) * right;
			plane1[x] = (pixels[pixel + 1] & 0xff) * left + (pixels[pixel + 4] & 0xff) * right;
			plane2[x] = (pixels[pixel + 2] & 0xff) * left + (pixels[pixel + 5] & 0xff) * right;
		}
	}

	private static void colours(byte[] pixels, int start, int[] first, float[] weights, int count, float[] plane0,
			float[] plane1, float[] plane2) {
		for (int x = 0; x < first.length; x++) {
			int pixel = start + first[x] * 3;
			float sum0 = 0;
			float sum1 = 0;
			float sum2 = 0;
			for (int i = x * count; i < (x + 1) * count; i++) {
				float weight = weights[i];
				sum0 += (pixels[pixel] & 0xff) * weight;
				sum1 += (pixels[pixel + 1] & 0xff) * weight;
				sum2 += (pixels[pixel + 2] & 0xff) * weight;
				pixel += 3;
			}
			plane0[x] = sum0;
			plane1[x] = sum1;
			plane2[x] = sum2;
		}
	}

	private static void gray(byte[] pixels, int start, int[] first, float[] weights, int count, float[] plane) {
		for (int x = 0; x < first.length; x++) {
			int pixel = start + first[x];
			float sum = 0;
			for (int i = 0; i < count; i++) {
				sum += (pixels[pixel + i] & 0xff) * weights[x * count + i];
			}
			plane[x] = sum;
		}
	}

	private void toLuma(float[][] planes) {
		float[] red = planes[this.source.format().offset(0)];
		float[] green = planes[this.source.format().offset(1)];
		float[] blue = planes[this.source.format().offset(2)];
		for (int x = 0; x < planes[0].length; x++) {
			planes[0][x] = red[x] * LUMA[0] + green[x] * LUMA[1] + blue[x] * LUMA[2];
		}
	}

}
