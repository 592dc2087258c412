package io.modelserving.image;

import java.util.Arrays;

/**
 * Resizes a picture row by row: each source row that is needed is resized horizontally
 * once and kept as long as output rows need it.
 */
final class Resampler {

	private static final float RED_LUMA = 0.299f;

	private static final float GREEN_LUMA = 0.587f;

	private static final float BLUE_LUMA = 0.114f;

	private final Picture picture;

	private final PixelFormat channels;

	private final Taps columns;

	private final Taps rows;

	private final float[][] kept;

	private final int[] keptRows;

	Resampler(Picture picture, PixelFormat channels, Taps columns, Taps rows) {
		this.picture = picture;
		this.channels = channels;
		this.columns = columns;
		this.rows = rows;
		int most = 1;
		for (float[] weights : rows.weights()) {
			most = Math.max(most, weights.length);
		}
		this.kept = new float[most][];
		this.keptRows = new int[most];
	}

	/**
	 * Resize the picture.
	 * @param consumer gets the rows of the result in order
	 */
	void forEachRow(RowConsumer consumer) {
		float[] result = new float[this.columns.first().length * this.channels.channels()];
		for (int y = 0; y < this.rows.first().length; y++) {
			float[] weights = this.rows.weights()[y];
			Arrays.fill(result, 0);
			for (int i = 0; i < weights.length; i++) {
				add(result, row(this.rows.first()[y] + i), weights[i]);
			}
			consumer.accept(y, result);
		}
	}

	private static void add(float[] sum, float[] row, float weight) {
		for (int i = 0; i < sum.length; i++) {
			sum[i] += row[i] * weight;
		}
	}

	private float[] row(int y) {
		int slot = y % this.kept.length;
		if (this.kept[slot] == null) {
			this.kept[slot] = new float[this.columns.first().length * this.channels.channels()];
			this.keptRows[slot] = -1;
		}
		if (this.keptRows[slot] != y) {
			resizeRow(y, this.kept[slot]);
			this.keptRows[slot] = y;
		}
		return this.kept[slot];
	}

	private void resizeRow(int y, float[] target) {
		PixelFormat source = this.picture.format();
		int step = source.channels();
		int start = y * this.picture.width() * step;
		byte[] pixels = this.picture.pixels();
		for (int x = 0; x < this.columns.first().length; x++) {
			float[] weights = this.columns.weights()[x];
			int pixel = start + this.columns.first()[x] * step;
			float red = 0;
			float green = 0;
			float blue = 0;
			for (float weight : weights) {
				red += (pixels[pixel + source.offset(0)] & 0xff) * weight;
				if (step > 1) {
					green += (pixels[pixel + source.offset(1)] & 0xff) * weight;
					blue += (pixels[pixel + source.offset(2)] & 0xff) * weight;
				}
				pixel += step;
			}
			if (step == 1) {
				green = red;
				blue = red;
			}
			write(target, x, red, green, blue);
		}
	}

	private void write(float[] target, int x, float red, float green, float blue) {
		if (this.channels == PixelFormat.GRAY) {
			target[x] = (this.picture.format() == PixelFormat.GRAY) ? red
					: red * RED_LUMA + green * GREEN_LUMA + blue * BLUE_LUMA;
		}
		else {
			target[x * 3 + this.channels.offset(0)] = red;
			target[x * 3 + this.channels.offset(1)] = green;
			target[x * 3 + this.channels.offset(2)] = blue;
		}
	}

	/**
	 * Gets rows.
	 */
	@FunctionalInterface
	interface RowConsumer {

		/**
		 * Get a row.
		 * @param y its index
		 * @param values its pixels, channel by channel, from 0 to 255; used again for the
		 * next row
		 */
		void accept(int y, float[] values);

	}

}
