package io.modelserving.tuning;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

import io.modelserving.tuning.Candidate.Setup;
import io.modelserving.tuning.TuningBench.Rig;

/**
 * Measures the candidates that can be best again, in rounds that go back and forth, so
 * that a disturbance of the machine, or a slow drift, hits all alike. A round that is not
 * finished does not count. Used by one thread.
 */
final class Rounds {

	private static final int ROUNDS = 3;

	private static final Duration LONGEST_SLICE = Duration.ofSeconds(5);

	private final Trials trials;

	private final TuningTable table;

	private final LongSupplier nanoTime;

	Rounds(Trials trials, TuningTable table, LongSupplier nanoTime) {
		this.trials = trials;
		this.table = table;
		this.nanoTime = nanoTime;
	}

	/**
	 * Measure.
	 * @param end the nanosecond time from which on nothing more is begun
	 * @return the number of rounds that were finished
	 */
	int run(List<Candidate> finalists, long end) {
		List<Candidate> order = new ArrayList<>(finalists);
		this.trials.expect(ROUNDS * finalists.size());
		for (int i = 0; i < ROUNDS; i++) {
			Map<Candidate, Figures> round = round(order, ROUNDS - i, end);
			if (round.size() < order.size()) {
				return i;
			}
			this.table.round(round);
			Collections.reverse(order);
		}
		return ROUNDS;
	}

	private Map<Candidate, Figures> round(List<Candidate> order, int roundsLeft, long end) {
		Map<Candidate, Figures> figures = new HashMap<>();
		List<Candidate> failed = new ArrayList<>();
		int left = roundsLeft * order.size();
		for (Map.Entry<Setup, List<Candidate>> group : bySetup(order).entrySet()) {
			long now = this.nanoTime.getAsLong();
			if (now - end >= 0) {
				return figures;
			}
			Duration slice = Slices.of(end - now, left, LONGEST_SLICE);
			this.trials.use(group.getKey(), group.getValue(), rig -> measure(rig, group.getValue(), slice, figures));
			group.getValue().stream().filter(candidate -> !figures.containsKey(candidate)).forEach(failed::add);
			left -= group.getValue().size();
		}
		order.removeAll(failed);
		return figures;
	}

	private void measure(Rig rig, List<Candidate> candidates, Duration slice, Map<Candidate, Figures> round) {
		for (Candidate candidate : candidates) {
			Figures figures = this.trials.measure(rig, candidate, slice);
			if (figures != null) {
				round.put(candidate, figures);
			}
		}
	}

	private static Map<Setup, List<Candidate>> bySetup(List<Candidate> candidates) {
		Map<Setup, List<Candidate>> groups = new LinkedHashMap<>();
		candidates
			.forEach(candidate -> groups.computeIfAbsent(candidate.setup(), any -> new ArrayList<>()).add(candidate));
		return groups;
	}

}
