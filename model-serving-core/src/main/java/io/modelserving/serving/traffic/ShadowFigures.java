package io.modelserving.serving.traffic;

import java.util.Map;

/**
 * The outcomes of the copies that a version got since its traffic was set.
 *
 * @param counts how many of them ended how; every outcome has an entry
 * @param inflight the number of copies not completed yet
 * @param lastDifference how the last two results that differed did so, empty if none did
 * @param lastFailure why the last copy that failed did so, empty if none did
 */
public record ShadowFigures(Map<ShadowOutcome, Long> counts, int inflight, String lastDifference, String lastFailure) {

	public ShadowFigures {
		counts = Map.copyOf(counts);
	}

	/**
	 * Return how many copies ended in a way.
	 * @param outcome the way
	 * @return the number
	 */
	public long count(ShadowOutcome outcome) {
		return this.counts.getOrDefault(outcome, 0L);
	}

}
