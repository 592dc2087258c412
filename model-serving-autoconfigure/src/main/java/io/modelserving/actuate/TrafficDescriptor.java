package io.modelserving.actuate;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.modelserving.serving.traffic.Rollback;
import io.modelserving.serving.traffic.RolledBack;
import io.modelserving.serving.traffic.Shadow;
import io.modelserving.serving.traffic.ShadowFigures;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.serving.traffic.TrafficStatus;

/**
 * Which version of a model gets the calls that name none, and why.
 *
 * @param shares the share that each version gets at the moment
 * @param reasons why versions do not get what they were given
 * @param defaultVersion the version that gets the calls where no weight applies, or
 * {@code null} for the highest that serves
 * @param weights the shares that were set, relative to each other
 * @param stickyHeader the header whose value decides, or {@code null}
 * @param labels names under which versions can be called
 * @param shadow which version gets copies, or {@code null}
 * @param rollback when a version that fails loses its traffic, or {@code null} for never
 * @param rolledBack the versions that have lost their traffic
 */
record TrafficDescriptor(Map<Long, Double> shares, List<String> reasons, @Nullable Long defaultVersion,
		Map<Long, Integer> weights, @Nullable String stickyHeader, Map<String, Long> labels,
		@Nullable ShadowDescriptor shadow, @Nullable Rollback rollback, List<RolledBackDescriptor> rolledBack) {

	static TrafficDescriptor of(TrafficStatus status) {
		Traffic traffic = status.traffic();
		return new TrafficDescriptor(status.shares(), status.reasons(), traffic.defaultVersion(), traffic.weights(),
				traffic.stickyHeader(), traffic.labels(), ShadowDescriptor.of(traffic.shadow(), status.shadow()),
				traffic.rollback(), status.rolledBack().stream().map(RolledBackDescriptor::of).toList());
	}

	/**
	 * Copies of calls, since the traffic was set.
	 *
	 * @param version the version that gets them
	 * @param share the share of the calls that are copied
	 * @param tolerance how far numbers may differ, or {@code null} for what suits the
	 * element type
	 * @param copies the number of copies, by how they ended
	 * @param inflight the number of copies under way
	 * @param lastDifference how the last two results that differed did so
	 * @param lastFailure why the last copy that failed did so
	 */
	record ShadowDescriptor(long version, double share, @Nullable Double tolerance, Map<String, Long> copies,
			int inflight, String lastDifference, String lastFailure) {

		static @Nullable ShadowDescriptor of(@Nullable Shadow shadow, @Nullable ShadowFigures figures) {
			if (shadow == null || figures == null) {
				return null;
			}
			SortedMap<String, Long> copies = new TreeMap<>();
			figures.counts().forEach((outcome, count) -> copies.put(outcome.name().toLowerCase(Locale.ROOT), count));
			return new ShadowDescriptor(shadow.version(), shadow.share(), shadow.tolerance(), copies,
					figures.inflight(), figures.lastDifference(), figures.lastFailure());
		}

	}

	/**
	 * A version that has lost its traffic.
	 *
	 * @param version the version
	 * @param to the version that calls have returned to
	 * @param reason why
	 * @param since the time of it
	 */
	record RolledBackDescriptor(long version, long to, String reason, Instant since) {

		static RolledBackDescriptor of(RolledBack rolledBack) {
			return new RolledBackDescriptor(rolledBack.model().version(), rolledBack.to(), rolledBack.reason(),
					rolledBack.since());
		}

	}

}
