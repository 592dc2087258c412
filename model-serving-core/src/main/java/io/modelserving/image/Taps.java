package io.modelserving.image;

/**
 * Which source pixels make each output pixel along one axis, and with what weights. The
 * centre of pixel <i>i</i> lies at <i>i</i> + 0.5. All output pixels are made of equally
 * many source pixels, some of which may weigh nothing.
 *
 * @param count the number of source pixels that make an output pixel
 * @param first the first source pixel of each output pixel
 * @param weights the weights of the first output pixel's source pixels, then those of the
 * second's, and so on; those of one output pixel add up to 1
 */
record Taps(int count, int[] first, float[] weights) {

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
		boolean byDistance = resize == Resize.ANTIALIASED;
		boolean covers = byDistance || (resize == Resize.AREA && scale > 1);
		double radius = byDistance ? Math.max(scale, 1) : scale / 2;
		int count = Math.min(limit, covers ? (int) Math.ceil(2 * radius) + 1 : 2);
		Taps taps = new Taps(count, new int[outputs], new float[outputs * count]);
		for (int i = 0; i < outputs; i++) {
			double centre = start + (i + 0.5) * scale;
			if (covers) {
				taps.cover(i, limit, centre, radius, byDistance);
			}
			else {
				taps.interpolate(i, limit, centre - 0.5);
			}
		}
		return taps;
	}

	int outputs() {
		return this.first.length;
	}

	private void interpolate(int output, int limit, double position) {
		int below = (int) Math.floor(position);
		float share = (float) (position - below);
		if (below < 0 || below >= limit - 1) {
			put(output, Math.max(0, Math.min(below, limit - 1)), limit, 1);
		}
		else {
			put(output, below, limit, 1 - share, share);
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
		put(output, from, limit, shares);
	}

	private void put(int output, int from, int limit, float... shares) {
		this.first[output] = Math.min(from, limit - this.count);
		System.arraycopy(shares, 0, this.weights, output * this.count + from - this.first[output], shares.length);
	}

}
