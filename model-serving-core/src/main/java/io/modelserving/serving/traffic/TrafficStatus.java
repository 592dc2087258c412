package io.modelserving.serving.traffic;

import java.util.List;
import java.util.SortedMap;

import org.jspecify.annotations.Nullable;

/**
 * The traffic of a model at one moment.
 *
 * @param traffic what was set
 * @param shares the share of the calls that each version gets at the moment; they add up
 * to 1, or are empty if no version serves
 * @param reasons why, in sentences: which versions cannot take the part that they were
 * given
 * @param rolledBack the versions that have lost their traffic
 * @param shadow the outcomes of copies, or {@code null} if none are made
 */
public record TrafficStatus(Traffic traffic, SortedMap<Long, Double> shares, List<String> reasons,
		List<RolledBack> rolledBack, @Nullable ShadowFigures shadow) {

	public TrafficStatus {
		reasons = List.copyOf(reasons);
		rolledBack = List.copyOf(rolledBack);
	}

}
