package io.modelserving.serving.traffic;

import java.util.SortedMap;

/**
 * Gives each key one of several versions, according to their weights, always the same
 * one. When weights change, only as many keys move as the shares move. Weighted
 * rendezvous hashing: Thaler and Ravishankar, "Using Name-Based Mappings to Increase Hit
 * Rates", IEEE/ACM Transactions on Networking 6(1), 1998; with the logarithm of
 * Schindelhauer and Schomaker, "Weighted Distributed Hash Tables", SPAA 2005. Pure.
 */
final class RendezvousHash {

	private static final long FNV_OFFSET = 0xcbf29ce484222325L;

	private static final long FNV_PRIME = 0x100000001b3L;

	private RendezvousHash() {
	}

	/**
	 * Choose.
	 * @param weights the weights, at least one above 0
	 * @param key the key
	 * @return the version of the key
	 */
	static long choose(SortedMap<Long, Integer> weights, String key) {
		long hash = hash(key);
		long chosen = weights.firstKey();
		double best = Double.NEGATIVE_INFINITY;
		for (SortedMap.Entry<Long, Integer> entry : weights.entrySet()) {
			double score = entry.getValue() / -Math.log(fraction(mix(hash ^ mix(entry.getKey()))));
			if (entry.getValue() > 0 && score > best) {
				best = score;
				chosen = entry.getKey();
			}
		}
		return chosen;
	}

	/** FNV-1a over the characters (Fowler, Noll and Vo, 1991). */
	private static long hash(String key) {
		long hash = FNV_OFFSET;
		for (int i = 0; i < key.length(); i++) {
			hash = (hash ^ key.charAt(i)) * FNV_PRIME;
		}
		return hash;
	}

	/** The finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
	private static long mix(long value) {
		long mixed = value + 0x9e3779b97f4a7c15L;
		mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
		mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
		return mixed ^ (mixed >>> 31);
	}

	/** A number above 0 and below 1. */
	private static double fraction(long bits) {
		return ((bits >>> 11) + 0.5) * 0x1p-53;
	}

}
