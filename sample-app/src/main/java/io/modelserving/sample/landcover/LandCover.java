package io.modelserving.sample.landcover;

import io.modelserving.image.Picture;
import io.modelserving.image.PictureEncoder;
import io.modelserving.image.PixelFormat;
import io.modelserving.sample.Visible;

/**
 * What a picture shows.
 *
 * @param classes the class of each pixel, row by row: 0 field, 1 forest, 2 water, 3 road,
 * 4 building
 */
record LandCover(int[][] classes) implements Visible {

	private static final int[] COLOURS = { 0xD6CC78, 0x246E32, 0x326EC8, 0x787878, 0xC83C32 };

	@Override
	public byte[] png() {
		int height = this.classes.length;
		int width = this.classes[0].length;
		byte[] pixels = new byte[height * width * 3];
		int next = 0;
		for (int[] row : this.classes) {
			for (int one : row) {
				pixels[next++] = (byte) (COLOURS[one] >> 16);
				pixels[next++] = (byte) (COLOURS[one] >> 8);
				pixels[next++] = (byte) COLOURS[one];
			}
		}
		return PictureEncoder.encode(new Picture(width, height, PixelFormat.RGB, pixels), PictureEncoder.PNG);
	}

}
