package io.modelserving.image;

/**
 * How a picture is brought to another size. Choose what the model was trained with.
 */
public enum Resize {

	/**
	 * Between the two nearest pixels in each direction, whatever the scale, as OpenCV's
	 * {@code INTER_LINEAR} and PyTorch's {@code interpolate} do.
	 */
	BILINEAR,

	/**
	 * Bilinear, but over all pixels that an output pixel covers when it shrinks, as
	 * Pillow's {@code BILINEAR} and torchvision's {@code Resize} do.
	 */
	ANTIALIASED,

	/**
	 * The mean of the pixels that an output pixel covers, as OpenCV's {@code INTER_AREA}
	 * does; bilinear when it grows.
	 */
	AREA

}
