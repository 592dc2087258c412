package io.modelserving.batching;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.batching.PolicySimulation.Arrival;
import io.modelserving.batching.PolicySimulation.Run;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what {@link BatchingPolicy} leads to, in virtual time: units are nanoseconds, a
 * run costs 100 and 10 more for each row.
 */
class PolicySimulationTests {

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3 })
	void withoutDelayNothingWaitsWhileAnInstanceIsIdle(int instances) {
		List<Arrival> arrivals = poisson(40, 2000, "");
		List<Run> runs = simulation(Duration.ZERO, instances).play(arrivals);
		assertThat(runs.stream().mapToInt(run -> run.batch().size()).sum()).isEqualTo(arrivals.size());
		for (Run run : runs) {
			long freed = lastEndBefore(runs, run, instances);
			assertThat(run.start()).isEqualTo(Math.max(run.oldest(), freed));
		}
	}

	@Test
	void aBatchGrowsUntilTheInstanceIsFree() {
		List<Run> runs = simulation(Duration.ZERO, 1).play(every(10, 30, ""));
		assertThat(runs.get(0).batch()).hasSize(1);
		assertThat(runs.get(1).batch()).hasSize(8);
		assertThat(runs.get(1).reason()).isEqualTo(DispatchReason.FULL);
		Run second = runs.get(1);
		assertThat(second.start()).isEqualTo(runs.get(0).end());
		assertThat(second.batch().get(7).time()).isLessThanOrEqualTo(second.start()).isGreaterThan(runs.get(0).start());
	}

	@Test
	void aDelayIsCountedFromTheArrivalAndNotFromTheEndOfTheRunBefore() {
		List<Arrival> arrivals = List.of(new Arrival(0, ""), new Arrival(60, ""), new Arrival(105, ""));
		List<Run> runs = simulation(Duration.ofNanos(50), 1).play(arrivals);
		assertThat(runs).extracting(Run::start).containsExactly(50L, 160L);
		assertThat(runs).extracting(Run::reason).containsOnly(DispatchReason.DELAY);
		assertThat(runs.get(1).batch()).hasSize(2);
	}

	@Test
	void aRowNeverWaitsLongerThanTheDelayWhileAnInstanceIsIdle() {
		List<Run> runs = simulation(Duration.ofNanos(150), 2).play(poisson(60, 2000, ""));
		for (Run run : runs) {
			long freed = lastEndBefore(runs, run, 2);
			assertThat(run.start()).isLessThanOrEqualTo(Math.max(run.oldest() + 150, freed));
			if (run.batch().size() < 8) {
				assertThat(run.start()).isGreaterThanOrEqualTo(run.oldest() + 150);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 200 })
	void groupsDoNotCloseEachOthersBatches(int delay) {
		List<Arrival> arrivals = new ArrayList<>();
		for (int i = 0; i < 160; i++) {
			arrivals.add(new Arrival(i * 8L, (i % 2 == 0) ? "short" : "long"));
		}
		List<Run> runs = simulation(Duration.ofNanos(delay), 1).play(arrivals);
		assertThat(runs).allSatisfy(
				run -> assertThat(run.batch()).extracting(Arrival::group).containsOnly(run.batch().get(0).group()));
		assertThat(runs).filteredOn(run -> run.batch().size() == 8).hasSizeGreaterThan(runs.size() * 2 / 3);
	}

	@Test
	void noGroupStarves() {
		List<Arrival> arrivals = new ArrayList<>(every(5, 400, "busy"));
		arrivals.add(20, new Arrival(95, "rare"));
		List<Run> runs = simulation(Duration.ZERO, 1).play(arrivals);
		Run rare = runs.stream().filter(run -> run.batch().get(0).group().equals("rare")).findFirst().orElseThrow();
		assertThat(runs).filteredOn(run -> run.start() < rare.start())
			.allSatisfy(run -> assertThat(run.oldest()).isLessThanOrEqualTo(95));
	}

	private static PolicySimulation simulation(Duration delay, int instances) {
		return new PolicySimulation(new BatchingPolicy(8, delay, 1024), instances, rows -> 100 + 10L * rows);
	}

	/**
	 * Return since when an instance has been idle at the beginning of a run.
	 */
	private static long lastEndBefore(List<Run> runs, Run run, int instances) {
		List<Long> ends = runs.subList(0, indexOf(runs, run)).stream().map(Run::end).sorted().toList();
		return (ends.size() < instances) ? Long.MIN_VALUE : ends.get(ends.size() - instances);
	}

	private static int indexOf(List<Run> runs, Run run) {
		for (int i = 0; i < runs.size(); i++) {
			if (runs.get(i) == run) {
				return i;
			}
		}
		throw new IllegalArgumentException();
	}

	private static List<Arrival> every(long gap, int count, String group) {
		List<Arrival> arrivals = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			arrivals.add(new Arrival(i * gap, group));
		}
		return arrivals;
	}

	private static List<Arrival> poisson(double meanGap, int count, String group) {
		Random random = new Random(42);
		List<Arrival> arrivals = new ArrayList<>();
		double time = 0;
		for (int i = 0; i < count; i++) {
			time += -meanGap * Math.log(1 - random.nextDouble());
			arrivals.add(new Arrival((long) time, group));
		}
		return arrivals;
	}

}
