package io.modelserving.serving.traffic;

import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.traffic.VersionChoice.Reason;

/**
 * Decides which version of a model gets a call that names none. Versions with a weight
 * share the calls; those of them that cannot serve leave their part to the rest. Where
 * none of them can serve, and where there are no weights, it is the default version;
 * where that cannot serve either, the highest. Pure.
 */
public final class TrafficPolicy {

	private TrafficPolicy() {
	}

	/**
	 * Choose a version.
	 * @param traffic what is wanted
	 * @param available the versions that can serve
	 * @param key the routing key of the call, or {@code null}
	 * @param random gives numbers from 0 to less than 1
	 * @return the version, or {@code null} if none can serve
	 */
	public static @Nullable VersionChoice choose(Traffic traffic, SortedSet<Long> available, @Nullable String key,
			DoubleSupplier random) {
		SortedMap<Long, Integer> weights = weights(traffic, available);
		if (weights.isEmpty()) {
			return unweighted(traffic, available);
		}
		return (key != null) ? new VersionChoice(RendezvousHash.choose(weights, key), Reason.KEY)
				: new VersionChoice(byChance(weights, random), Reason.WEIGHT);
	}

	/**
	 * Return the version that stands for the model as a whole: the one that gets most
	 * calls.
	 * @param traffic what is wanted
	 * @param available the versions that can serve
	 * @return the version, the higher of two with the same weight; {@code null} if none
	 * can serve
	 */
	public static @Nullable VersionChoice principal(Traffic traffic, SortedSet<Long> available) {
		VersionChoice most = null;
		int weight = 0;
		for (SortedMap.Entry<Long, Integer> entry : weights(traffic, available).entrySet()) {
			if (entry.getValue() >= weight) {
				weight = entry.getValue();
				most = new VersionChoice(entry.getKey(), Reason.WEIGHT);
			}
		}
		return (most != null) ? most : unweighted(traffic, available);
	}

	/**
	 * Return the share of the calls that each version gets.
	 * @param traffic what is wanted
	 * @param available the versions that can serve
	 * @return the shares, which add up to 1; empty if no version can serve
	 */
	public static SortedMap<Long, Double> shares(Traffic traffic, SortedSet<Long> available) {
		SortedMap<Long, Double> shares = new TreeMap<>();
		SortedMap<Long, Integer> weights = weights(traffic, available);
		double total = total(weights);
		weights.forEach((version, weight) -> shares.put(version, weight / total));
		VersionChoice single = shares.isEmpty() ? unweighted(traffic, available) : null;
		if (single != null) {
			shares.put(single.version(), 1.0);
		}
		return shares;
	}

	private static SortedMap<Long, Integer> weights(Traffic traffic, SortedSet<Long> available) {
		SortedMap<Long, Integer> weights = new TreeMap<>();
		traffic.weights().forEach((version, weight) -> {
			if (weight > 0 && available.contains(version)) {
				weights.put(version, weight);
			}
		});
		return weights;
	}

	private static long byChance(SortedMap<Long, Integer> weights, DoubleSupplier random) {
		double left = random.getAsDouble() * total(weights);
		for (SortedMap.Entry<Long, Integer> entry : weights.entrySet()) {
			left -= entry.getValue();
			if (left < 0) {
				return entry.getKey();
			}
		}
		return weights.lastKey();
	}

	private static long total(SortedMap<Long, Integer> weights) {
		return weights.values().stream().mapToLong(Integer::longValue).sum();
	}

	private static @Nullable VersionChoice unweighted(Traffic traffic, SortedSet<Long> available) {
		if (traffic.defaultVersion() != null && available.contains(traffic.defaultVersion())) {
			return new VersionChoice(traffic.defaultVersion(), Reason.DEFAULT);
		}
		return available.isEmpty() ? null : new VersionChoice(available.last(), Reason.HIGHEST);
	}

}
