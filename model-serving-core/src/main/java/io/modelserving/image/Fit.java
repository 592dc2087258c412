package io.modelserving.image;

/**
 * What happens to a picture whose sides have another ratio than is wanted.
 */
public enum Fit {

	/** It is stretched. */
	STRETCH,

	/** Its centre is used; what is too long on one side is cut off. */
	CROP,

	/** All of it is used; bars fill what is too short on one side. */
	PAD;

	/**
	 * Return the part of a picture that is used.
	 * @param width the width of the picture
	 * @param height its height
	 * @param targetWidth the width that is wanted
	 * @param targetHeight the height that is wanted
	 * @param share the share of each side that is used at most
	 * @return the part
	 */
	Area source(int width, int height, int targetWidth, int targetHeight, double share) {
		double scale = (this == CROP) ? Math.min((double) width / targetWidth, (double) height / targetHeight) : 0;
		double usedWidth = ((scale > 0) ? targetWidth * scale : width) * share;
		double usedHeight = ((scale > 0) ? targetHeight * scale : height) * share;
		return new Area((width - usedWidth) / 2, (height - usedHeight) / 2, usedWidth, usedHeight);
	}

	/**
	 * Return the part of the result that the picture fills.
	 * @param source the part of the picture that is used
	 * @param targetWidth the width of the result
	 * @param targetHeight its height
	 * @return the part, in whole pixels
	 */
	Area target(Area source, int targetWidth, int targetHeight) {
		if (this != PAD) {
			return new Area(0, 0, targetWidth, targetHeight);
		}
		double scale = Math.min(targetWidth / source.width(), targetHeight / source.height());
		long width = Math.max(1, Math.round(source.width() * scale));
		long height = Math.max(1, Math.round(source.height() * scale));
		return new Area(Math.floorDiv(targetWidth - width, 2), Math.floorDiv(targetHeight - height, 2), width, height);
	}

	/**
	 * Part of a picture, in pixels.
	 *
	 * @param x the left edge
	 * @param y the upper edge
	 * @param width the width
	 * @param height the height
	 */
	record Area(double x, double y, double width, double height) {
	}

}
