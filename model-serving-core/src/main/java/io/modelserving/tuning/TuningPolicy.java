package io.modelserving.tuning;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.modelserving.tuning.TuningResult.Entry;

/**
 * Decides when larger batches are not worth trying, which candidates are measured again,
 * and which one is best. Pure.
 *
 * @param objectiveNanos the time below which the 99th percentile of a request is to stay,
 * or {@link Long#MAX_VALUE} for any
 * @param fixedLoad whether the number of requests in flight is given, rather than growing
 * with the batches
 */
record TuningPolicy(long objectiveNanos, boolean fixedLoad) {

	/** A larger batch has to bring this much more to count as better. */
	private static final double BETTER = 1.03;

	/** Two candidates count as equally fast within this share of the faster one. */
	private static final double TOLERANCE = 0.05;

	/**
	 * What is slower than this share of the fastest at first sight is not looked at
	 * again.
	 */
	private static final double PROMISING = 0.75;

	/** The objective may be missed by this factor at first sight. */
	private static final double NEARLY = 1.25;

	private static final int MOST_FINALISTS = 8;

	/**
	 * One look on a busy machine may be far off, so some are looked at again in any case.
	 */
	private static final int LEAST_FINALISTS = 4;

	private static final Comparator<Entry> FASTEST_FIRST = Comparator
		.comparingDouble((Entry entry) -> entry.measured().rowsPerSecond())
		.reversed();

	/** Copies of the weights, then rows that are being computed at once. */
	private static final Comparator<Entry> LIGHTEST_FIRST = Comparator.comparing(Entry::candidate,
			Comparator.comparingInt((Candidate candidate) -> candidate.setup().sessions())
				.thenComparingLong(candidate -> (long) candidate.instances() * candidate.maxBatchSize())
				.thenComparingInt(Candidate::instances)
				.thenComparingInt(Candidate::maxBatchSize)
				.thenComparingInt(Candidate::intraOpThreads));

	static TuningPolicy of(TuningRequest request) {
		Duration objective = request.objective();
		return new TuningPolicy((objective != null) ? objective.toNanos() : Long.MAX_VALUE,
				request.concurrency() != null);
	}

	/**
	 * Return why larger batches of the same setup need not be tried.
	 * @param smaller what smaller ones gave, in ascending order of their size
	 * @return the reason, or {@code null} if they are to be tried
	 */
	@Nullable String whyNoLarger(List<Figures> smaller) {
		if (smaller.isEmpty()) {
			return null;
		}
		if (!this.fixedLoad && smaller.get(smaller.size() - 1).medianNanos() > this.objectiveNanos) {
			return "smaller batches take longer than the objective";
		}
		double best = 0;
		int since = 0;
		for (Figures figures : smaller) {
			since = (figures.rowsPerSecond() > best * BETTER) ? 0 : since + 1;
			best = Math.max(best, figures.rowsPerSecond());
		}
		return (since >= 2) ? "smaller batches cost no more for each row" : null;
	}

	/**
	 * Choose what is measured again.
	 * @param measured what was measured once
	 * @param current the settings in force
	 * @return those that can be best, and what is in force, in the order given
	 */
	List<Candidate> finalists(List<Entry> measured, Candidate current) {
		List<Entry> promising = promising(measured);
		return measured.stream()
			.filter(entry -> promising.contains(entry) || entry.candidate().equals(current))
			.map(Entry::candidate)
			.toList();
	}

	private List<Entry> promising(List<Entry> measured) {
		List<Entry> quick = measured.stream()
			.filter(entry -> entry.measured().p99Nanos() / NEARLY <= this.objectiveNanos)
			.toList();
		if (quick.isEmpty()) {
			return measured.stream().sorted(byP99()).limit(LEAST_FINALISTS).toList();
		}
		double best = best(quick);
		List<Entry> fastest = quick.stream().sorted(FASTEST_FIRST).limit(MOST_FINALISTS).toList();
		return fastest.stream()
			.filter(entry -> fastest.indexOf(entry) < LEAST_FINALISTS
					|| entry.measured().rowsPerSecond() >= best * PROMISING)
			.toList();
	}

	private static Comparator<Entry> byP99() {
		return Comparator.comparingLong(entry -> entry.measured().p99Nanos());
	}

	private static double best(List<Entry> entries) {
		return entries.stream().mapToDouble(entry -> entry.measured().rowsPerSecond()).max().orElse(0);
	}

	/**
	 * Choose the best.
	 * @param measured what was measured, one entry at least
	 * @return the lightest of those that are as fast as the fastest, and why
	 */
	Choice choose(List<Entry> measured) {
		List<Entry> quick = measured.stream()
			.filter(entry -> entry.measured().p99Nanos() <= this.objectiveNanos)
			.toList();
		if (quick.isEmpty()) {
			Entry nearest = Stream.of(measured).flatMap(List::stream).min(byP99()).orElseThrow();
			return new Choice(nearest.candidate(),
					"no candidate keeps the 99th percentile within %s; this one is nearest, with %s"
						.formatted(Texts.time(this.objectiveNanos), Texts.time(nearest.measured().p99Nanos())));
		}
		double best = best(quick);
		List<Entry> equal = quick.stream()
			.filter(entry -> entry.measured().rowsPerSecond() >= best * (1 - TOLERANCE))
			.sorted(LIGHTEST_FIRST)
			.toList();
		Entry chosen = equal.get(0);
		return new Choice(chosen.candidate(), reason(chosen, equal, best, quick.size() < measured.size()));
	}

	private String reason(Entry chosen, List<Entry> equal, double best, boolean others) {
		String among = (this.objectiveNanos == Long.MAX_VALUE) ? "" : " of those that keep the 99th percentile within "
				+ Texts.time(this.objectiveNanos) + (others ? "" : ", as all do");
		if (equal.size() == 1) {
			return "the fastest" + among;
		}
		return String.format(Locale.ROOT, "the lightest of %d that are within %d %% of the fastest, %s rows a second%s",
				equal.size(), Math.round(100 * TOLERANCE), Texts.rate(best), among.isEmpty() ? "" : "," + among);
	}

	/**
	 * What was chosen.
	 *
	 * @param candidate the best
	 * @param reason why, in words
	 */
	record Choice(Candidate candidate, String reason) {
	}

}
