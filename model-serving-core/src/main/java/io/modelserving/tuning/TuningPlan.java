package io.modelserving.tuning;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import io.modelserving.tuning.Candidate.Setup;

/**
 * Decides what to try. Pure.
 *
 * @param setups the batch sizes to try in each setup, in ascending order; the setup in
 * force is the first, and the batch size in force is one of its own
 * @param skipped what was asked for and makes no sense, with the reason
 */
record TuningPlan(Map<Setup, SortedSet<Integer>> setups, Map<Candidate, String> skipped) {

	private static final List<Integer> ON_AN_ACCELERATOR = List.of(1, 2, 4);

	/**
	 * Plan.
	 * @throws IllegalArgumentException if batches are asked for that the model cannot
	 * have
	 */
	static TuningPlan of(TuningRequest request, Conditions conditions) {
		Candidate current = conditions.current();
		Map<Setup, SortedSet<Integer>> setups = new LinkedHashMap<>();
		Map<Candidate, String> skipped = new LinkedHashMap<>();
		setups.put(current.setup(), new TreeSet<>(Set.of(current.maxBatchSize())));
		for (Setup setup : setups(request, conditions)) {
			for (int size : batchSizes(request, conditions)) {
				Candidate candidate = new Candidate(setup.instances(), setup.intraOpThreads(), size);
				String obstacle = obstacle(candidate, request, conditions);
				if (obstacle == null) {
					setups.computeIfAbsent(setup, any -> new TreeSet<>()).add(size);
				}
				else if (!candidate.equals(current)) {
					skipped.put(candidate, obstacle);
				}
			}
		}
		return new TuningPlan(setups, skipped);
	}

	int size() {
		return this.setups.values().stream().mapToInt(Set::size).sum();
	}

	private static Set<Setup> setups(TuningRequest request, Conditions conditions) {
		Set<Setup> setups = new LinkedHashSet<>();
		for (int threads : threads(request, conditions)) {
			for (int instances : instances(threads, request, conditions)) {
				Setup setup = new Setup(instances, threads);
				boolean madeUp = request.intraOpThreads().isEmpty() && threads > 1;
				if (!madeUp || !conditions.oversubscribes(setup)) {
					setups.add(setup);
				}
			}
		}
		return setups;
	}

	private static List<Integer> threads(TuningRequest request, Conditions conditions) {
		if (!request.intraOpThreads().isEmpty()) {
			return request.intraOpThreads();
		}
		return conditions.accelerated() ? List.of(conditions.current().intraOpThreads())
				: List.copyOf(powersOfTwo(conditions.cores()));
	}

	/**
	 * As many as fill the cores, and half of them: where memory is the limit, the other
	 * half brings nothing.
	 */
	private static Set<Integer> instances(int threads, TuningRequest request, Conditions conditions) {
		if (!request.instances().isEmpty()) {
			return new LinkedHashSet<>(request.instances());
		}
		if (conditions.accelerated()) {
			return new LinkedHashSet<>(ON_AN_ACCELERATOR);
		}
		int most = Math.max(1, conditions.cores() / (threads * conditions.devices()));
		return new LinkedHashSet<>(List.of(most, Math.max(1, most / 2)));
	}

	private static SortedSet<Integer> batchSizes(TuningRequest request, Conditions conditions) {
		Integer most = request.maxBatchSize();
		SortedSet<Integer> sizes = new TreeSet<>(
				request.batchSizes().isEmpty() ? conditions.batchSizes() : request.batchSizes());
		if (most != null) {
			if (request.batchSizes().isEmpty() && canBatch(conditions)) {
				sizes.addAll(powersOfTwo(most));
			}
			sizes.removeIf(size -> size > most);
		}
		return sizes;
	}

	private static boolean canBatch(Conditions conditions) {
		return conditions.batchSizes().size() > 1;
	}

	private static SortedSet<Integer> powersOfTwo(int most) {
		List<Integer> powers = new ArrayList<>(
				IntStream.iterate(1, power -> power > 0 && power < most, power -> power * 2).boxed().toList());
		powers.add(most);
		return new TreeSet<>(powers);
	}

	private static @Nullable String obstacle(Candidate candidate, TuningRequest request, Conditions conditions) {
		int size = candidate.maxBatchSize();
		if (conditions.oversubscribes(candidate.setup())) {
			return "needs more than the %d cores available".formatted(conditions.cores());
		}
		if (size > 1 && !canBatch(conditions)) {
			return "calls cannot share batches";
		}
		if (size > conditions.queueCapacity()) {
			return "batching.queue-capacity is %d rows".formatted(conditions.queueCapacity());
		}
		Integer concurrency = request.concurrency();
		if (concurrency != null && size / 2 >= (long) concurrency * request.rows()) {
			return "%d rows in flight never fill it".formatted(concurrency * request.rows());
		}
		return null;
	}

}
