package io.modelserving.batching;

import java.time.Duration;
import java.util.Random;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.batching.admission.CostCurve;
import io.modelserving.batching.admission.LatencyObjective;
import io.modelserving.batching.admission.CostCurve.Point;
import io.modelserving.batching.ObjectiveSimulation.Figures;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what an objective leads to under load, in virtual time.
 */
class ObjectiveSimulationTests {

	private static final Duration MINUTE = Duration.ofSeconds(60);

	private static final Duration A_WHILE = Duration.ofSeconds(15);

	private static final Duration OBJECTIVE = Duration.ofMillis(50);

	/** Batches pay: 2.3 ms alone, 0.35 ms a row at 32. */
	private static final IntToLongFunction WIDE = rows -> 2_000_000 + 287_500L * rows;

	/** Batches do not pay. */
	private static final IntToLongFunction NARROW = rows -> 1_000_000L * rows + 50_000L * (rows - 1);

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 4 })
	void whenFiveTimesTheCapacityIsOfferedThenGoodputIsThatOfThePeakAndTheObjectiveIsMet(int instances) {
		ObjectiveSimulation simulation = simulation(32, instances, WIDE, WIDE, 1);
		double capacity = simulation.capacity(32);
		Figures figures = simulation.play(MINUTE, 5 * capacity);
		assertGood(figures, capacity);
		assertThat(simulation.status().maxBatchSize()).isEqualTo(32);
		assertThat(figures.longestQueue()).isLessThan((int) (capacity * 0.05) + 32);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 4 })
	void whenBatchesDoNotPayThenOverloadIsBornAllTheSame(int instances) {
		ObjectiveSimulation simulation = simulation(1, instances, NARROW, NARROW, 1);
		assertGood(simulation.play(MINUTE, 5 * simulation.capacity(1)), simulation.capacity(1));
	}

	@ParameterizedTest
	@ValueSource(doubles = { 0.5, 2, 4 })
	void whenTheCurveIsWrongThenPredictionsConverge(double wrong) {
		ObjectiveSimulation simulation = simulation(16, 2, WIDE, rows -> (long) (wrong * WIDE.applyAsLong(rows)), 1);
		double capacity = simulation.capacity(16);
		simulation.play(Duration.ofSeconds(5), 5 * capacity);
		Figures figures = simulation.play(A_WHILE, 5 * capacity);
		assertThat(figures.percentile(1, 0.99)).isLessThanOrEqualTo(OBJECTIVE);
		assertThat(figures.goodput(1, OBJECTIVE)).as("%s, %s rows a run", simulation.status(), figures.rowsPerRun())
			.isGreaterThanOrEqualTo(0.95 * simulation.capacity(simulation.status().maxBatchSize()));
	}

	@Test
	void whenRunsAreAtTimesSlowThenTheObjectiveIsMetAtThePercentile() {
		Random random = new Random(3);
		IntToLongFunction noisy = rows -> (long) (WIDE.applyAsLong(rows) * (0.8 + 0.4 * random.nextDouble())
				+ ((random.nextInt(50) == 0) ? 15_000_000 : 0));
		ObjectiveSimulation simulation = simulation(32, 2, WIDE, noisy, 1);
		simulation.play(Duration.ofSeconds(5), 20_000);
		Figures figures = simulation.play(A_WHILE, 20_000);
		assertThat(figures.percentile(1, 0.99)).isLessThanOrEqualTo(OBJECTIVE);
		assertThat(figures.goodput(1, OBJECTIVE)).isGreaterThan(0.9 * 2 * 32 * 1e9 / (WIDE.applyAsLong(32) + 300_000));
		assertThat(simulation.status().calibration()).isGreaterThan(1);
	}

	@Test
	void whenRunsBecomeSlowerAndFasterThenBatchesFollow() {
		ObjectiveSimulation simulation = simulation(32, 1, WIDE, WIDE, 1);
		simulation.play(Duration.ofSeconds(5), 10_000);
		assertThat(simulation.status().maxBatchSize()).isEqualTo(32);
		simulation.cost(rows -> 4 * WIDE.applyAsLong(rows));
		simulation.play(Duration.ofSeconds(20), 10_000);
		assertThat(simulation.status().maxBatchSize()).isBetween(5, 14);
		assertThat(simulation.play(A_WHILE, 10_000).percentile(1, 0.99)).isLessThanOrEqualTo(OBJECTIVE);
		simulation.cost(WIDE);
		simulation.play(Duration.ofSeconds(20), 10_000);
		assertThat(simulation.status().maxBatchSize()).isEqualTo(32);
		assertGood(simulation.play(A_WHILE, 10_000), simulation.capacity(32));
	}

	@Test
	void whenLoadIsLowThenNothingIsRejectedAndNothingWaitsForCompany() {
		ObjectiveSimulation simulation = simulation(32, 2, WIDE, WIDE, 1);
		simulation.play(Duration.ofSeconds(10), 20_000);
		simulation.play(Duration.ofSeconds(2), 100);
		Figures figures = simulation.play(A_WHILE, 100);
		assertThat(figures.shareAnswered(1)).isGreaterThan(0.999);
		assertThat(figures.percentile(1, 0.99)).isLessThan(Duration.ofMillis(6));
		assertThat(simulation.status().maxQueueDelay()).isZero();
		assertThat(simulation.status().maxBatchSize()).isEqualTo(32);
	}

	@Test
	void whenADelaySparesTheInstancesMuchThenThereIsOneUntilLoadFalls() {
		IntToLongFunction steep = rows -> 4_000_000 + 100_000L * rows;
		LatencyObjective patient = new LatencyObjective(Duration.ofMillis(200), 0.99);
		ObjectiveSimulation simulation = new ObjectiveSimulation(patient, limits(64, 1), curve(steep), 2, steep);
		simulation.play(Duration.ofSeconds(2), 900);
		Figures figures = simulation.play(A_WHILE, 900);
		assertThat(simulation.status().maxQueueDelay()).isPositive();
		assertThat(figures.percentile(1, 0.99)).isLessThan(Duration.ofMillis(100));
		assertThat(figures.shareAnswered(1)).isGreaterThan(0.999);
		assertThat(figures.utilisation(2)).isLessThan(0.75);
		simulation.play(Duration.ofSeconds(2), 100);
		assertThat(simulation.status().maxQueueDelay()).isZero();
	}

	@Test
	void whenOverloadedThenTheFirstLevelIsServedAndTheLastIsRejected() {
		ObjectiveSimulation simulation = simulation(32, 2, WIDE, WIDE, 2);
		double capacity = simulation.capacity(32);
		simulation.play(Duration.ofSeconds(5), 0.6 * capacity, 4.4 * capacity);
		Figures figures = simulation.play(A_WHILE, 0.6 * capacity, 4.4 * capacity);
		assertThat(figures.shareAnswered(1)).isGreaterThan(0.999);
		assertThat(figures.percentile(1, 0.99)).isLessThanOrEqualTo(OBJECTIVE);
		assertThat(figures.percentile(2, 0.99)).isLessThanOrEqualTo(OBJECTIVE);
		assertThat(figures.goodput(1, OBJECTIVE) + figures.goodput(2, OBJECTIVE))
			.isGreaterThanOrEqualTo(0.95 * capacity);
	}

	@Test
	void whenTheObjectiveIsShorterThanARunThenItIsServedAllTheSame() {
		LatencyObjective hopeless = new LatencyObjective(Duration.ofMillis(1), 0.99);
		ObjectiveSimulation simulation = new ObjectiveSimulation(hopeless, limits(32, 1), curve(WIDE), 1, WIDE);
		Figures figures = simulation.play(A_WHILE, 2000);
		assertThat(simulation.status().reason()).contains("the objective cannot be met");
		assertThat(figures.utilisation(1)).isGreaterThan(0.9);
		assertThat(figures.percentile(1, 0.99)).as("two runs of twice the time of a row, and some")
			.isLessThan(Duration.ofMillis(10));
	}

	@Test
	void whenSomethingElseTakesTheCoresThenBatchesStayLargeEnoughToAnswerMost() {
		ObjectiveSimulation simulation = simulation(32, 1, WIDE, rows -> 12 * WIDE.applyAsLong(rows), 1);
		simulation.play(Duration.ofSeconds(5), 5000);
		Figures figures = simulation.play(A_WHILE, 5000);
		assertThat(figures.goodput(1, Duration.ofMillis(200))).as("%s", simulation.status())
			.isGreaterThan(3 * simulation.capacity(1));
	}

	private static void assertGood(Figures figures, double capacity) {
		assertThat(figures.percentile(1, 0.99)).isLessThanOrEqualTo(OBJECTIVE);
		assertThat(figures.goodput(1, OBJECTIVE)).isGreaterThanOrEqualTo(0.95 * capacity);
	}

	private static ObjectiveSimulation simulation(int mostRows, int instances, IntToLongFunction measured,
			IntToLongFunction cost, int levels) {
		return new ObjectiveSimulation(new LatencyObjective(OBJECTIVE, 0.99), limits(mostRows, levels), curve(measured),
				instances, cost);
	}

	private static BatchingPolicy limits(int mostRows, int levels) {
		return new BatchingPolicy(mostRows, Duration.ZERO, 100_000,
				new Priorities(levels, 1, Priorities.DEFAULT_AGEING));
	}

	private static CostCurve curve(IntToLongFunction cost) {
		return new CostCurve(IntStream.of(1, 2, 4, 8, 16, 32, 64)
			.mapToObj(rows -> new Point(rows, cost.applyAsLong(rows)))
			.toList());
	}

}
