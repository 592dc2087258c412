package io.modelserving.serving.traffic;

import io.modelserving.model.Outcome;
import java.util.Set;
import java.util.SortedSet;

import org.jspecify.annotations.Nullable;

/**
 * Decides what counts against a version, and where its calls return to. Pure.
 */
public final class RollbackPolicy {

	private RollbackPolicy() {
	}

	/**
	 * Return whether the end of a call says anything about the version. What the caller
	 * got wrong or cancelled does not; nor does too much load, for which taking a version
	 * away would be the wrong cure.
	 */
	public static boolean counts(Outcome outcome) {
		return outcome == Outcome.SUCCESS || isFailure(outcome);
	}

	public static boolean isFailure(Outcome outcome) {
		return outcome == Outcome.FAILED || outcome == Outcome.DEADLINE_EXCEEDED;
	}

	/**
	 * Find the version to return to.
	 * @param rule the rule
	 * @param version the version that fails
	 * @param serving the versions that can serve
	 * @return the version, or {@code null} if there is none, so that the failing one must
	 * go on
	 */
	public static @Nullable Long target(Rollback rule, long version, SortedSet<Long> serving) {
		Long to = rule.to();
		if (to != null && to == version) {
			return null;
		}
		if (to != null && serving.contains(to)) {
			return to;
		}
		SortedSet<Long> lower = serving.headSet(version);
		return lower.isEmpty() ? null : lower.last();
	}

	/**
	 * Return what is to be done once versions were taken back: a version that was named
	 * gives way to the one to return to, while new ones may still become the highest.
	 * @param traffic what was asked for
	 * @param rolledBack the versions that were taken back
	 * @param to the version that the last of them returned to
	 * @return the traffic
	 */
	public static Traffic after(Traffic traffic, Set<Long> rolledBack, long to) {
		Long named = traffic.defaultVersion();
		boolean stays = named != null && !rolledBack.contains(named);
		boolean highest = named == null && traffic.weights().isEmpty()
				&& (traffic.rollback() == null || traffic.rollback().to() == null);
		return (stays || highest) ? traffic : new Traffic(to, traffic.weights(), traffic.shadow(),
				traffic.stickyHeader(), traffic.labels(), traffic.rollback());
	}

}
