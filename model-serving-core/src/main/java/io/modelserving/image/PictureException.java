package io.modelserving.image;

/**
 * Bytes that are no picture, or none that is accepted. The message is meant for callers.
 */
public final class PictureException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	private final Reason reason;

	public PictureException(Reason reason, String message) {
		super(message);
		this.reason = reason;
	}

	static void requireAtMost(long maxPixels, int width, int height) {
		if ((long) width * height > maxPixels) {
			throw new PictureException(Reason.TOO_LARGE,
					"The picture has %d x %d pixels; at most %d pixels are accepted".formatted(width, height,
							maxPixels));
		}
	}

	public Reason reason() {
		return this.reason;
	}

	/**
	 * Why a picture is rejected.
	 */
	public enum Reason {

		/** It is in none of the formats that are read. */
		UNSUPPORTED_FORMAT,

		/** It has more pixels than are accepted. */
		TOO_LARGE,

		/** It is broken. */
		MALFORMED

	}

}
