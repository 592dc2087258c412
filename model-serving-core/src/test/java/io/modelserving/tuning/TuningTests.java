package io.modelserving.tuning;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.modelserving.tuning.Candidate.Setup;
import io.modelserving.tuning.TuningResult.Entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Tuning}, on virtual costs and in virtual time.
 */
class TuningTests {

	private static final Candidate CURRENT = new Candidate(4, 1, 1);

	private static final TuningProgress SILENT = (step, steps, doing) -> {
	};

	@Test
	void whenBatchesPayThenTheSmallestThatIsNearlyCheapestIsBest() {
		FakeBench bench = bench(0.6, 0.2, 0.5);
		TuningResult result = tune(bench, TuningRequest.defaults());
		assertThat(result.best()).isEqualTo(new Candidate(4, 1, 32));
		assertThat(result.gain()).isGreaterThan(2);
		assertThat(result.yaml()).contains("max-batch-size: 32", "instances: 4", "intra-op-threads: 1");
		assertThat(result.reason()).contains("4 instances × 1 thread, batches of up to 32", "within 5 %",
				"rows a second, compared with what is in force, 4 instances × 1 thread, no batches");
	}

	@Test
	void whenBatchesDoNotPayThenEveryCoreRunsOneRowAtATime() {
		TuningResult result = tune(bench(0, 1, 0.8), TuningRequest.defaults());
		assertThat(result.best()).isEqualTo(new Candidate(4, 1, 1));
		assertThat(result.gain()).isZero();
		assertThat(result.reason()).contains("it is what is in force");
	}

	@Test
	void whenBatchesDoNotPayThenLargeOnesAreNotTried() {
		FakeBench bench = bench(0, 1, 0.8);
		TuningResult result = tune(bench, TuningRequest.defaults());
		assertThat(entry(result, new Candidate(4, 1, 4)).figures()).isNotNull();
		assertThat(entry(result, new Candidate(4, 1, 8)).figures()).isNull();
		assertThat(entry(result, new Candidate(4, 1, 8)).note()).contains("cost no more for each row");
		assertThat(bench.measurements(new Candidate(4, 1, 8))).isZero();
	}

	@Test
	void whenThereIsAnObjectiveThenBatchesAreSmaller() {
		FakeBench bench = bench(0.6, 0.2, 0.5);
		TuningResult result = tune(bench, objective(Duration.ofMillis(6)));
		assertThat(result.best()).isEqualTo(new Candidate(4, 1, 8));
		assertThat(entry(result, result.best()).measured().p99Nanos()).isLessThanOrEqualTo(6_000_000);
		assertThat(result.reason()).contains("99th percentile within 6.00 ms");
	}

	@Test
	void whenTheObjectiveNeedsThreadsThenTheyAreUsed() {
		TuningResult result = tune(bench(0, 8, 0.9), objective(Duration.ofMillis(8)));
		assertThat(result.best()).isEqualTo(new Candidate(1, 4, 1));
	}

	@Test
	void whenNothingMeetsTheObjectiveThenTheNearestIsNamedAsSuch() {
		TuningResult result = tune(bench(0, 8, 0.9), objective(Duration.ofMillis(1)));
		assertThat(result.best()).isEqualTo(new Candidate(1, 4, 1));
		assertThat(result.reason()).contains("no candidate keeps the 99th percentile within 1.00 ms");
	}

	@Test
	void whenSeveralCouldBeBestThenTheyAreComparedInTurnsBackAndForth() {
		FakeBench bench = bench(0.6, 0.2, 0.5);
		TuningResult result = tune(bench, TuningRequest.defaults());
		assertThat(entry(result, result.best()).rounds()).isEqualTo(4);
		assertThat(entry(result, CURRENT).rounds()).isEqualTo(4);
		List<String> rounds = bench.log.subList(bench.log.size() - 30, bench.log.size())
			.stream()
			.filter(line -> line.startsWith("measure"))
			.toList();
		int finalists = (int) result.entries().stream().filter(entry -> entry.rounds() == 4).count();
		List<String> last = rounds.subList(rounds.size() - finalists, rounds.size());
		List<String> before = new ArrayList<>(rounds.subList(rounds.size() - 2 * finalists, rounds.size() - finalists));
		Collections.reverse(before);
		assertThat(last).isEqualTo(before);
	}

	@Test
	void whenTheFirstMeasurementIsSlowThenItDoesNotCount() {
		FakeBench bench = bench(0, 1, 0.5);
		bench.cold = true;
		TuningResult result = tune(bench,
				new TuningRequest(null, Duration.ofSeconds(30), null, 1, null, List.of(4), List.of(1), List.of(1)));
		assertThat(bench.measurements(CURRENT)).isEqualTo(5);
		assertThat(entry(result, CURRENT).rounds()).isEqualTo(4);
		assertThat(entry(result, CURRENT).measured().requests()).isEqualTo(300);
		assertThat(result.gain()).isZero();
	}

	@Test
	void whenTuningEndsThenNothingIsLoadedAndNeverWasMoreThanOneSetup() {
		FakeBench bench = bench(0.6, 0.2, 0.5);
		tune(bench, TuningRequest.defaults());
		assertThat(bench.open).isZero();
		assertThat(bench.mostOpen).isEqualTo(1);
	}

	@Test
	void whenASetupCannotBeLoadedThenItIsReportedAndSkipped() {
		FakeBench bench = bench(0.6, 0.2, 0.5);
		bench.broken.add(new Setup(2, 2));
		TuningResult result = tune(bench, TuningRequest.defaults());
		assertThat(entry(result, new Candidate(2, 2, 1)).note()).isEqualTo("cannot be loaded: out of memory");
		assertThat(result.best()).isEqualTo(new Candidate(4, 1, 32));
	}

	@Test
	void whenACandidateFailsThenItIsReportedAndSkipped() {
		FakeBench bench = bench(0.6, 0.2, 0.5);
		bench.failing.add(new Candidate(4, 1, 32));
		TuningResult result = tune(bench, TuningRequest.defaults());
		assertThat(entry(result, new Candidate(4, 1, 32)).note()).isEqualTo("it fails: no memory for the batch");
		assertThat(result.best()).isEqualTo(new Candidate(4, 1, 64));
		assertThat(bench.open).isZero();
	}

	@Test
	void whenNothingRunsThenThatIsTheFailure() {
		FakeBench bench = new FakeBench(
				new Conditions("digits", CURRENT, Duration.ZERO, 1, 1, false, List.of(1), 16, List.of()), 1, 1, 0);
		bench.broken.add(new Setup(4, 1));
		bench.broken.add(new Setup(1, 1));
		assertThatIllegalStateException().isThrownBy(() -> tune(bench, TuningRequest.defaults()))
			.withMessageContaining("cannot be loaded: out of memory");
	}

	@Test
	void whenItIsCancelledThenNothingStaysLoaded() {
		FakeBench bench = bench(0.6, 0.2, 0.5);
		TuningProgress impatient = (step, steps, doing) -> {
			if (step == 4) {
				throw new CancellationException();
			}
		};
		assertThatExceptionOfType(CancellationException.class)
			.isThrownBy(() -> new Tuning(TuningRequest.defaults(), bench, impatient, bench).run());
		assertThat(bench.open).isZero();
	}

	@Test
	void whenTheTimeIsUpThenWhatWasMeasuredDecidesAndTheRestIsNamed() {
		FakeBench bench = bench(0.6, 0.2, 0.5);
		bench.loading = Duration.ofSeconds(40);
		TuningResult result = tune(bench, TuningRequest.defaults());
		assertThat(result.entries()).anySatisfy(entry -> assertThat(entry.note()).contains("the time was up"));
		assertThat(result.notes()).anySatisfy(note -> assertThat(note).contains("candidates were not tried"));
		assertThat(result.notes()).anySatisfy(note -> assertThat(note).contains("before candidates could be compared"));
		assertThat(result.best().instances()).isEqualTo(4);
	}

	@Test
	void whenTheTimeIsUpBeforeAnythingWasMeasuredThenWhatIsInForceIsMeasuredAllTheSame() {
		FakeBench bench = bench(0.6, 0.2, 0.5);
		bench.examining = Duration.ofMinutes(1);
		TuningResult result = tune(bench, TuningRequest.defaults());
		assertThat(result.best()).isEqualTo(CURRENT);
		assertThat(bench.measurements(CURRENT)).isEqualTo(2);
		assertThat(bench.log).filteredOn((line) -> line.startsWith("open")).hasSize(1);
	}

	@Test
	void whenStepsAreReportedThenTheyGrowUpToTheirNumber() {
		FakeBench bench = bench(0.6, 0.2, 0.5);
		List<int[]> seen = new ArrayList<>();
		new Tuning(TuningRequest.defaults(), bench, (step, steps, doing) -> seen.add(new int[] { step, steps }), bench)
			.run();
		assertThat(seen).allSatisfy(one -> assertThat(one[0]).isBetween(1, one[1]));
		assertThat(seen).isSortedAccordingTo((one, other) -> Integer.compare(one[0], other[0]));
		assertThat(seen.get(seen.size() - 1)[0]).isEqualTo(seen.get(seen.size() - 1)[1]);
	}

	private static FakeBench bench(double fixedMillis, double millisPerRow, double parallel) {
		return new FakeBench(FakeBench.cores(4, CURRENT), fixedMillis, millisPerRow, parallel);
	}

	private static TuningRequest objective(@Nullable Duration objective) {
		return new TuningRequest(objective, Duration.ofSeconds(30), null, 1, null, List.of(), List.of(), List.of());
	}

	private static TuningResult tune(FakeBench bench, TuningRequest request) {
		return new Tuning(request, bench, SILENT, bench).run();
	}

	private static Entry entry(TuningResult result, Candidate candidate) {
		return result.entries().stream().filter(entry -> entry.candidate().equals(candidate)).findFirst().orElseThrow();
	}

}
