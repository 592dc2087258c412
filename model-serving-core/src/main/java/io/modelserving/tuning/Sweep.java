package io.modelserving.tuning;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.tuning.Candidate.Setup;
import io.modelserving.tuning.TuningBench.Rig;

/**
 * Measures every candidate once, in each setup with growing batches for as long as they
 * bring something. Used by one thread.
 */
final class Sweep {

	private static final Duration LONGEST_SLICE = Duration.ofSeconds(1);

	private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(3);

	/** The share of the time that warming up takes. */
	private static final int WARM_UP_PART = 5;

	private final TuningPolicy policy;

	private final Trials trials;

	private final TuningTable table;

	private final Candidate current;

	private final LongSupplier nanoTime;

	private int left;

	private boolean warm;

	/**
	 * Create a sweep.
	 * @param current the settings in force, which are measured in any case
	 */
	Sweep(TuningPolicy policy, Trials trials, TuningTable table, Candidate current, LongSupplier nanoTime) {
		this.policy = policy;
		this.trials = trials;
		this.table = table;
		this.current = current;
		this.nanoTime = nanoTime;
	}

	/**
	 * Measure.
	 * @param end the nanosecond time from which on nothing more is begun, once there is
	 * anything to choose
	 */
	void run(TuningPlan plan, long end) {
		this.left = plan.size();
		this.trials.expect(this.left + 1);
		for (Map.Entry<Setup, SortedSet<Integer>> entry : plan.setups().entrySet()) {
			List<Candidate> candidates = entry.getValue()
				.stream()
				.map(size -> new Candidate(entry.getKey().instances(), entry.getKey().intraOpThreads(), size))
				.toList();
			int later = this.left - candidates.size();
			if (this.table.measured().isEmpty() || this.nanoTime.getAsLong() - end < 0) {
				this.trials.use(entry.getKey(), candidates, rig -> grow(rig, candidates, end));
			}
			else {
				candidates.forEach(candidate -> skip(candidate, Texts.OUT_OF_TIME));
			}
			this.left = later;
		}
	}

	private void grow(Rig rig, List<Candidate> candidates, long end) {
		if (!this.warm) {
			warmUp(rig, candidates.get(0), end);
		}
		List<Figures> smaller = new ArrayList<>();
		for (Candidate candidate : candidates) {
			String reason = candidate.equals(this.current) ? null : whyNot(smaller, end);
			if (reason != null) {
				skip(candidate, reason);
				continue;
			}
			Duration slice = Slices.of(end - this.nanoTime.getAsLong(), this.left--, LONGEST_SLICE);
			Figures figures = this.trials.measure(rig, candidate, slice);
			if (figures != null) {
				this.table.first(candidate, figures);
				smaller.add(figures);
			}
		}
	}

	/**
	 * Without it, the first setup would run on code that the JVM has not compiled yet,
	 * and look slow.
	 */
	private void warmUp(Rig rig, Candidate candidate, long end) {
		this.warm = true;
		this.trials.measure(rig, candidate, Slices.of(end - this.nanoTime.getAsLong(), WARM_UP_PART, LONGEST_WARM_UP));
	}

	private @Nullable String whyNot(List<Figures> smaller, long end) {
		boolean late = !smaller.isEmpty() && this.nanoTime.getAsLong() - end >= 0;
		return late ? Texts.OUT_OF_TIME : this.policy.whyNoLarger(smaller);
	}

	private void skip(Candidate candidate, String reason) {
		this.left--;
		this.table.note(candidate, reason);
		this.trials.skip();
	}

}
