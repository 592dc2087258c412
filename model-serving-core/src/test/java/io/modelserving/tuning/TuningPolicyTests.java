package io.modelserving.tuning;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.modelserving.tuning.TuningPolicy.Choice;
import io.modelserving.tuning.TuningResult.Entry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TuningPolicy}.
 */
class TuningPolicyTests {

	private static final TuningPolicy FASTEST = new TuningPolicy(Long.MAX_VALUE, false);

	private static final Entry TWO_SESSIONS = entry(2, 2, 4, 100, 10);

	private static final Entry ONE_SESSION = entry(4, 1, 4, 96, 10);

	@Test
	void whenOthersAreWithinToleranceThenTheLightestIsChosen() {
		Choice choice = FASTEST.choose(List.of(TWO_SESSIONS, ONE_SESSION));
		assertThat(choice.candidate()).isEqualTo(ONE_SESSION.candidate());
		assertThat(choice.reason())
			.isEqualTo("the lightest of 2 that are within 5 % of the fastest, 100 rows a second");
	}

	@Test
	void whenOthersAreSlowerThanToleratedThenTheFastestIsChosen() {
		Choice choice = FASTEST.choose(List.of(TWO_SESSIONS, entry(4, 1, 4, 94, 10)));
		assertThat(choice.candidate()).isEqualTo(TWO_SESSIONS.candidate());
		assertThat(choice.reason()).isEqualTo("the fastest");
	}

	@Test
	void whenSessionsAreEqualThenFewerRowsAtOnceAreLighter() {
		assertThat(FASTEST.choose(List.of(entry(4, 1, 8, 100, 1), entry(4, 1, 16, 101, 1), entry(2, 1, 16, 99, 1)))
			.candidate()).isEqualTo(new Candidate(2, 1, 16));
	}

	@Test
	void whenAnObjectiveIsMissedThenItRulesOut() {
		TuningPolicy policy = new TuningPolicy(10, false);
		Choice choice = policy.choose(List.of(entry(1, 1, 8, 200, 11), entry(1, 1, 4, 100, 10)));
		assertThat(choice.candidate().maxBatchSize()).isEqualTo(4);
		assertThat(choice.reason()).startsWith("the fastest of those that keep the 99th percentile within");
	}

	@Test
	void whenTwoSizesBringNothingThenLargerOnesAreNotTried() {
		assertThat(FASTEST.whyNoLarger(rates(100))).isNull();
		assertThat(FASTEST.whyNoLarger(rates(100, 101))).isNull();
		assertThat(FASTEST.whyNoLarger(rates(100, 90, 150))).isNull();
		assertThat(FASTEST.whyNoLarger(rates(100, 101, 102))).contains("cost no more for each row");
	}

	@Test
	void whenTheObjectiveIsExceededThenLargerBatchesAreTriedOnlyUnderAFixedLoad() {
		List<Figures> slow = List.of(new Figures(100, 20, 30, 1, 10));
		assertThat(new TuningPolicy(10, false).whyNoLarger(slow)).contains("longer than the objective");
		assertThat(new TuningPolicy(10, true).whyNoLarger(slow)).isNull();
	}

	@Test
	void whenThereAreManyCandidatesThenTheBestEightAndTheCurrentAreFinalists() {
		List<Entry> measured = IntStream.rangeClosed(1, 20).mapToObj(i -> entry(1, 1, i, 100 + i, 1)).toList();
		assertThat(FASTEST.finalists(measured, new Candidate(1, 1, 1))).hasSize(9)
			.startsWith(new Candidate(1, 1, 1))
			.endsWith(new Candidate(1, 1, 20));
	}

	@Test
	void whenACandidateIsFarBehindThenItIsNoFinalist() {
		List<Entry> measured = List.of(entry(1, 1, 1, 70, 1), entry(1, 1, 2, 100, 1), entry(1, 1, 3, 71, 1),
				entry(1, 1, 4, 72, 1), entry(1, 1, 5, 73, 1), entry(1, 1, 6, 76, 1));
		assertThat(FASTEST.finalists(measured, new Candidate(1, 1, 9))).containsExactly(new Candidate(1, 1, 2),
				new Candidate(1, 1, 4), new Candidate(1, 1, 5), new Candidate(1, 1, 6));
	}

	@Test
	void whenNoneMeetsTheObjectiveThenTheQuickestAreFinalists() {
		List<Entry> measured = IntStream.rangeClosed(1, 6).mapToObj(i -> entry(1, 1, i, 100, 100 * i)).toList();
		assertThat(new TuningPolicy(10, false).finalists(measured, new Candidate(1, 1, 9))).hasSize(4)
			.contains(new Candidate(1, 1, 1))
			.doesNotContain(new Candidate(1, 1, 5));
	}

	private static List<Figures> rates(double... rates) {
		return Arrays.stream(rates).mapToObj(rate -> new Figures(rate, 1, 1, 1, 10)).toList();
	}

	private static Entry entry(int instances, int threads, int batch, double rate, long p99Nanos) {
		return new Entry(new Candidate(instances, threads, batch), new Figures(rate, p99Nanos / 2, p99Nanos, 1, 10), 1,
				"");
	}

}
