package io.modelserving.sample;

/**
 * A response that can be seen as a picture.
 */
public interface Visible {

	/**
	 * Draw the picture.
	 * @return a file of the format PNG
	 */
	byte[] png();

}
