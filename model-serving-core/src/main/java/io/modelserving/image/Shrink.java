package io.modelserving.image;

/**
 * Says how much smaller a picture may become while it is read. Decoders that can read at
 * a fraction of the size do so in a fraction of the time; the others read all of it.
 */
@FunctionalInterface
public interface Shrink {

	/** Reads the whole picture. */
	Shrink NONE = (width, height) -> 1;

	/**
	 * Return the largest factor by which both sides may be divided.
	 * @param width the width of the picture, upright
	 * @param height its height
	 * @return the factor; below 2 the whole picture is read
	 */
	double largestFactor(int width, int height);

}
