package io.modelserving.serving.traffic;

import io.modelserving.model.Outcome;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.modelserving.serving.traffic.TrafficPolicyTests.weights;
import static org.assertj.core.api.Assertions.assertThat;

class RollbackPolicyTests {

	private static final Rollback TO_LOWER = Rollback.defaults();

	private static final Rollback TO_FIRST = new Rollback(1L, 10, 5, 0.5);

	@ParameterizedTest
	@EnumSource(Outcome.class)
	void onlyWhatTheServerIsToBlameForCounts(Outcome outcome) {
		assertThat(RollbackPolicy.isFailure(outcome))
			.isEqualTo(Set.of(Outcome.FAILED, Outcome.DEADLINE_EXCEEDED).contains(outcome));
		assertThat(RollbackPolicy.counts(outcome))
			.isEqualTo(Set.of(Outcome.SUCCESS, Outcome.FAILED, Outcome.DEADLINE_EXCEEDED).contains(outcome));
	}

	@Test
	void whenNoVersionIsNamedThenCallsReturnToTheNextLowerOne() {
		assertThat(RollbackPolicy.target(TO_LOWER, 3, versions(1, 2, 3, 4))).isEqualTo(2);
		assertThat(RollbackPolicy.target(TO_LOWER, 3, versions(1, 4))).isEqualTo(1);
	}

	@Test
	void whenThereIsNoLowerVersionThenTheFailingOneGoesOn() {
		assertThat(RollbackPolicy.target(TO_LOWER, 1, versions(1, 2))).isNull();
	}

	@Test
	void whenAVersionIsNamedThenCallsReturnToItEvenIfItIsHigher() {
		assertThat(RollbackPolicy.target(new Rollback(4L, 10, 5, 0.5), 3, versions(1, 2, 3, 4))).isEqualTo(4);
	}

	@Test
	void whenTheNamedVersionFailsThenItGoesOn() {
		assertThat(RollbackPolicy.target(new Rollback(2L, 10, 5, 0.5), 2, versions(1, 2))).isNull();
	}

	@Test
	void whenTheNamedVersionDoesNotServeThenCallsReturnToTheNextLowerOne() {
		assertThat(RollbackPolicy.target(TO_FIRST, 4, versions(2, 3, 4))).isEqualTo(3);
	}

	@Test
	void whenTheHighestWasTakenBackThenLaterOnesMayStillComeUp() {
		Traffic traffic = Traffic.NONE.withRollback(TO_LOWER);
		assertThat(RollbackPolicy.after(traffic, Set.of(3L), 2).defaultVersion()).isNull();
	}

	@Test
	void whenTheDefaultWasTakenBackThenTheOtherBecomesDefault() {
		Traffic traffic = Traffic.pinnedTo(3).withRollback(TO_LOWER);
		assertThat(RollbackPolicy.after(traffic, Set.of(3L), 2).defaultVersion()).isEqualTo(2);
	}

	@Test
	void whenAnotherThanTheDefaultWasTakenBackThenTheDefaultStays() {
		Traffic traffic = new Traffic(2L, weights(2, 90, 3, 10), null, null, new TreeMap<>(), TO_LOWER);
		assertThat(RollbackPolicy.after(traffic, Set.of(3L), 1)).isEqualTo(traffic);
	}

	@Test
	void whenAllWeightsMayGoThenTheOtherBecomesDefault() {
		Traffic traffic = Traffic.split(weights(2, 100)).withRollback(TO_LOWER);
		assertThat(RollbackPolicy.after(traffic, Set.of(2L), 1).defaultVersion()).isEqualTo(1);
	}

	private static SortedSet<Long> versions(long... versions) {
		SortedSet<Long> set = new TreeSet<>();
		for (long version : versions) {
			set.add(version);
		}
		return set;
	}

}
