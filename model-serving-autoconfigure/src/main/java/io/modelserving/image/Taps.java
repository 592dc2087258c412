package io.modelserving.image;

/**
 * Which source pixels make each output pixel along one axis, and with what weights. The
 * centre of pixel <i>i</i> lies at <i>i</i> + 0.5.
 *
 * @param first the first source pixel of each output pixel
 * @param weights the weights of it and those after it; they add up to 1
 */
record Taps(int[] first, float[][] weights) {

	/**
	 * Plan an axis.
	 * @param resize the method
	 * @param limit the number of source pixels
	 * @param start where the part that is used begins
	 * @param length how long it is
	 * @param outputs the number of output pixels
	 * @return the plan
	 */
	static Taps plan(Resize resize, int limit, double start, double length, int outputs) {
		double scale = length / outputs;
		Taps taps = new Taps(new int[outputs], new float[outputs][]);
		for (int i = 0; i < outputs; i++) {
			double centre = start + (i + 0.5) * scale;
			if (resize == Resize.ANTIALIASED) {
				taps.cover(i, limit, centre, Math.max(scale, 1), true);
			}
			else if (resize == Resize.AREA && scale > 1) {
				taps.cover(i, limit, centre, scale / 2, false);
			}
			else {
				taps.interpolate(i, limit, centre - 0.5);
			}
		}
		return taps;
	}

	private void interpolate(int output, int limit, double position) {
		int below = (int) Math.floor(position);
		float share = (float) (position - below);
		if (below < 0 || below >= limit - 1) {
			this.first[output] = Math.max(0, Math.min(below, limit - 1));
			this.weights[output] = new float[] { 1 };
		}
		else {
			this.first[output] = below;
			this.weights[output] = new float[] { 1 - share, share };
		}
	}

	/**
	 * Weighs all source pixels within a radius, by their distance or by their overlap.
	 */
	private void cover(int output, int limit, double centre, double radius, boolean byDistance) {
		int from = Math.max(0, (int) Math.floor(centre - radius));
		int to = Math.min(limit, (int) Math.ceil(centre + radius));
		float[] shares = new float[to - from];
		double sum = 0;
		for (int i = from; i < to; i++) {
			double share = byDistance ? Math.max(0, 1 - Math.abs(i + 0.5 - centre) / radius)
					: Math.max(0, Math.min(i + 1, centre + radius) - Math.max(i, centre - radius));
			shares[i - from] = (float) share;
			sum += share;
		}
		for (int i = 0; i < shares.length; i++) {
			shares[i] /= (float) sum;
		}
		this.first[output] = from;
		this.weights[output] = shares;
	}

}
