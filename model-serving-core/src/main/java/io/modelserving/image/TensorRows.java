package io.modelserving.image;

import java.nio.FloatBuffer;

import io.modelserving.image.PictureTensors.Layout;

/**
 * Writes a tensor of one row, one channel of one line of the picture at a time.
 */
final class TensorRows {

	private final FloatBuffer values;

	private final Layout layout;

	private final int width;

	private final int height;

	private final int channels;

	private final float[] pixels;

	/**
	 * Create a writer.
	 * @param values where to write to
	 * @param layout the order of the dimensions
	 * @param width the width of the tensor
	 * @param height its height
	 * @param channels its channels
	 */
	TensorRows(FloatBuffer values, Layout layout, int width, int height, int channels) {
		this.values = values;
		this.layout = layout;
		this.width = width;
		this.height = height;
		this.channels = channels;
		this.pixels = new float[(layout == Layout.HWC) ? width * channels : 0];
	}

	/**
	 * Write a channel of a line. Those of one line are to be written one after the other.
	 * @param x where the line begins
	 * @param y its row
	 * @param channel the channel
	 * @param line the values, used again by the caller
	 */
	void put(int x, int y, int channel, float[] line) {
		if (this.layout == Layout.CHW) {
			this.values.put((channel * this.height + y) * this.width + x, line, 0, line.length);
			return;
		}
		for (int i = 0; i < line.length; i++) {
			this.pixels[i * this.channels + channel] = line[i];
		}
		if (channel == this.channels - 1) {
			this.values.put((y * this.width + x) * this.channels, this.pixels, 0, line.length * this.channels);
		}
	}

}
