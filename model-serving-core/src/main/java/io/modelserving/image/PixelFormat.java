package io.modelserving.image;

/**
 * What the bytes of a pixel stand for.
 */
public enum PixelFormat {

	/** One byte, the brightness. */
	GRAY(0),

	/** Three bytes: red, green, blue. */
	RGB(0, 1, 2),

	/** Three bytes: blue, green, red. */
	BGR(2, 1, 0);

	private final int[] offsets;

	PixelFormat(int... offsets) {
		this.offsets = offsets;
	}

	/**
	 * Return the number of bytes of a pixel, which is the number of its channels.
	 * @return 1 or 3
	 */
	public int channels() {
		return this.offsets.length;
	}

	/**
	 * Return where a channel stands within a pixel.
	 * @param channel 0 for gray or red, 1 for green, 2 for blue
	 * @return the offset in bytes
	 */
	int offset(int channel) {
		return this.offsets[channel];
	}

}
