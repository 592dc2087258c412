package io.modelserving.serving.traffic;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

import io.modelserving.serving.traffic.VersionChoice.Reason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

public class TrafficPolicyTests {

	private static final Traffic SPLIT = Traffic.split(weights(1, 95, 2, 5));

	@Test
	void whenNothingIsSetThenTheHighestGetsAll() {
		assertThat(choose(Traffic.NONE, versions(1, 2, 3), 0.5)).isEqualTo(new VersionChoice(3, Reason.HIGHEST));
		assertThat(TrafficPolicy.shares(Traffic.NONE, versions(1, 2, 3))).isEqualTo(Map.of(3L, 1.0));
	}

	@Test
	void whenNoVersionCanServeThenThereIsNoChoice() {
		assertThat(choose(Traffic.NONE, versions(), 0.5)).isNull();
		assertThat(choose(SPLIT, versions(), 0.5)).isNull();
		assertThat(choose(Traffic.pinnedTo(2), versions(), 0.5)).isNull();
		assertThat(TrafficPolicy.principal(SPLIT, versions())).isNull();
		assertThat(TrafficPolicy.shares(SPLIT, versions())).isEmpty();
	}

	@Test
	void whenAVersionIsPinnedThenItGetsAllAsLongAsItServes() {
		Traffic pinned = Traffic.pinnedTo(1);
		assertThat(choose(pinned, versions(1, 2, 3), 0.5)).isEqualTo(new VersionChoice(1, Reason.DEFAULT));
		assertThat(choose(pinned, versions(2, 3), 0.5)).isEqualTo(new VersionChoice(3, Reason.HIGHEST));
	}

	@Test
	void whenCallsAreSplitThenTheRandomNumberDecides() {
		assertThat(choose(SPLIT, versions(1, 2), 0)).isEqualTo(new VersionChoice(1, Reason.WEIGHT));
		assertThat(choose(SPLIT, versions(1, 2), 0.9499)).isEqualTo(new VersionChoice(1, Reason.WEIGHT));
		assertThat(choose(SPLIT, versions(1, 2), 0.9501)).isEqualTo(new VersionChoice(2, Reason.WEIGHT));
		assertThat(choose(SPLIT, versions(1, 2), Math.nextDown(1.0))).isEqualTo(new VersionChoice(2, Reason.WEIGHT));
	}

	@Test
	void whenAWeightedVersionCannotServeThenTheOthersShareItsPart() {
		Traffic split = Traffic.split(weights(1, 60, 2, 30, 3, 10));
		assertThat(TrafficPolicy.shares(split, versions(1, 3, 4))).isEqualTo(Map.of(1L, 60 / 70.0, 3L, 10 / 70.0));
		assertThat(choose(split, versions(3, 4), 0)).isEqualTo(new VersionChoice(3, Reason.WEIGHT));
	}

	@Test
	void whenNoWeightedVersionCanServeThenTheDefaultOneDoesAndElseTheHighest() {
		Traffic split = new Traffic(4L, weights(1, 1, 2, 1), null, null, new TreeMap<>(), null);
		assertThat(choose(split, versions(4, 5), 0)).isEqualTo(new VersionChoice(4, Reason.DEFAULT));
		assertThat(choose(split, versions(5), 0)).isEqualTo(new VersionChoice(5, Reason.HIGHEST));
	}

	@Test
	void whenAWeightIsZeroThenTheVersionGetsNothing() {
		Traffic split = Traffic.split(weights(1, 0, 2, 1));
		for (double random : new double[] { 0, 0.5, Math.nextDown(1.0) }) {
			assertThat(choose(split, versions(1, 2), random)).extracting(VersionChoice::version).isEqualTo(2L);
		}
		for (int key = 0; key < 1000; key++) {
			assertThat(byKey(split, versions(1, 2), "key " + key)).isEqualTo(2);
		}
		assertThat(TrafficPolicy.shares(split, versions(1, 2))).isEqualTo(Map.of(2L, 1.0));
	}

	@Test
	void whenTenThousandCallsAreSplitThenTheSharesAreTheWeights() {
		Random random = new Random(42);
		Map<Long, Integer> counts = new TreeMap<>();
		Traffic split = Traffic.split(weights(1, 70, 2, 25, 3, 5));
		for (int i = 0; i < 10_000; i++) {
			VersionChoice choice = TrafficPolicy.choose(split, versions(1, 2, 3), null, random::nextDouble);
			assertThat(choice).isNotNull();
			counts.merge(choice.version(), 1, Integer::sum);
		}
		counts.forEach((version, count) -> {
			double share = split.weights().get(version) / 100.0;
			double fourDeviations = 4 * Math.sqrt(10_000 * share * (1 - share));
			assertThat((double) count).isCloseTo(10_000 * share, within(fourDeviations));
		});
	}

	@Test
	void whenTenThousandKeysAreSplitThenTheSharesAreTheWeights() {
		Traffic split = Traffic.split(weights(1, 70, 2, 25, 3, 5));
		Map<Long, Integer> counts = new TreeMap<>();
		for (int i = 0; i < 10_000; i++) {
			counts.merge(byKey(split, versions(1, 2, 3), "user-" + i), 1, Integer::sum);
		}
		counts.forEach((version, count) -> {
			double share = split.weights().get(version) / 100.0;
			double fourDeviations = 4 * Math.sqrt(10_000 * share * (1 - share));
			assertThat((double) count).isCloseTo(10_000 * share, within(fourDeviations));
		});
	}

	@Test
	void whenAKeyIsGivenThenChanceDoesNotMatter() {
		for (int i = 0; i < 100; i++) {
			String key = "user-" + i;
			VersionChoice first = TrafficPolicy.choose(SPLIT, versions(1, 2), key, () -> 0.99);
			assertThat(first).isNotNull().extracting(VersionChoice::reason).isEqualTo(Reason.KEY);
			assertThat(TrafficPolicy.choose(SPLIT, versions(1, 2), key, () -> 0)).isEqualTo(first);
		}
	}

	@Test
	void whenAWeightGrowsThenOnlyKeysThatMoveToItMove() {
		Traffic before = Traffic.split(weights(1, 95, 2, 5));
		Traffic after = Traffic.split(weights(1, 80, 2, 20));
		int moved = 0;
		for (int i = 0; i < 10_000; i++) {
			long old = byKey(before, versions(1, 2), "user-" + i);
			long now = byKey(after, versions(1, 2), "user-" + i);
			if (old != now) {
				assertThat(old).isEqualTo(1);
				moved++;
			}
		}
		assertThat(moved).isBetween(1300, 1700);
	}

	@Test
	void whenAVersionGoesThenOnlyItsKeysMove() {
		Traffic split = Traffic.split(weights(1, 50, 2, 30, 3, 20));
		for (int i = 0; i < 10_000; i++) {
			long old = byKey(split, versions(1, 2, 3), "user-" + i);
			long now = byKey(split, versions(1, 2), "user-" + i);
			if (old != 3) {
				assertThat(now).isEqualTo(old);
			}
		}
	}

	@Test
	void whenWeightsKeepTheirRelationThenNoKeyMoves() {
		for (int i = 0; i < 1000; i++) {
			assertThat(byKey(Traffic.split(weights(1, 19, 2, 1)), versions(1, 2), "user-" + i))
				.isEqualTo(byKey(SPLIT, versions(1, 2), "user-" + i));
		}
	}

	@Test
	void whenCallsAreSplitThenTheVersionWithTheLargestWeightStandsForTheModel() {
		assertThat(TrafficPolicy.principal(SPLIT, versions(1, 2))).isEqualTo(new VersionChoice(1, Reason.WEIGHT));
		assertThat(TrafficPolicy.principal(SPLIT, versions(2, 3))).isEqualTo(new VersionChoice(2, Reason.WEIGHT));
		assertThat(TrafficPolicy.principal(Traffic.split(weights(1, 5, 2, 5)), versions(1, 2)))
			.isEqualTo(new VersionChoice(2, Reason.WEIGHT));
		assertThat(TrafficPolicy.principal(SPLIT, versions(3, 4))).isEqualTo(new VersionChoice(4, Reason.HIGHEST));
	}

	private static long byKey(Traffic traffic, SortedSet<Long> available, String key) {
		VersionChoice choice = TrafficPolicy.choose(traffic, available, key, () -> {
			throw new IllegalStateException("chance was asked");
		});
		assertThat(choice).isNotNull();
		return choice.version();
	}

	private static VersionChoice choose(Traffic traffic, SortedSet<Long> available, double random) {
		return TrafficPolicy.choose(traffic, available, null, () -> random);
	}

	private static SortedSet<Long> versions(long... versions) {
		SortedSet<Long> set = new TreeSet<>();
		for (long version : versions) {
			set.add(version);
		}
		return set;
	}

	public static SortedMap<Long, Integer> weights(int... versionsAndWeights) {
		SortedMap<Long, Integer> weights = new TreeMap<>();
		for (int i = 0; i < versionsAndWeights.length; i += 2) {
			weights.put((long) versionsAndWeights[i], versionsAndWeights[i + 1]);
		}
		assertThat(weights).hasSize(versionsAndWeights.length / 2);
		return weights;
	}

	@Test
	void unusedVersionsNeverHurt() {
		assertThat(List.of(choose(SPLIT, versions(1, 2, 9), 0), choose(SPLIT, versions(1, 2, 9), 0.99)))
			.extracting(VersionChoice::version)
			.containsExactly(1L, 2L);
	}

}
