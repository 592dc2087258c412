package io.modelserving.web;

/**
 * How large a body may be.
 *
 * @param maxBytes the most bytes, as it is sent and as it is once inflated
 * @param maxRatio how many times as large as it was sent a body may become when it is
 * inflated, unless it stays below {@value #SMALL} bytes
 */
public record BodyBounds(long maxBytes, int maxRatio) {

	/** As large a body that is inflated may become in any case. */
	static final int SMALL = 1 << 20;

	boolean exceedsRatio(long sent, long inflated) {
		return inflated > SMALL && inflated > sent * this.maxRatio;
	}

}
