package io.modelserving.serving.warmup;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import io.modelserving.serving.BatchingPlan;
import io.modelserving.serving.Definitions;
import io.modelserving.serving.FakeModel;
import io.modelserving.batching.admission.CostCurve;
import io.modelserving.model.ComputeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of how runs are measured, by the plans that follow from it.
 */
class BatchExperimentTests {

	private final WarmUpFixture fixture = new WarmUpFixture();

	@Test
	void whenTheCostIsMeasuredThenItIsKnownForEveryBatchSizeInUse() {
		BatchingPlan plan = this.fixture.plan(this.fixture.costing(rows -> 1000L * rows), Definitions.batching(6));
		assertThat(plan.costCurve().points()).containsExactly(new CostCurve.Point(1, 1000),
				new CostCurve.Point(2, 2000), new CostCurve.Point(4, 4000), new CostCurve.Point(6, 6000));
		assertThat(plan.maxBatchSize()).isEqualTo(6);
	}

	@Test
	void whenTheFirstRunsAreSlowBecauseNothingIsCompiledThenTheCurveDoesNotShowIt() {
		AtomicLong runs = new AtomicLong();
		FakeModel model = this.fixture.costing(rows -> 1000L * rows + ((runs.getAndIncrement() < 130) ? 50_000 : 0));
		assertThat(this.fixture.plan(model, Definitions.batching(8)).costCurve().points()).containsExactly(
				new CostCurve.Point(1, 1000), new CostCurve.Point(2, 2000), new CostCurve.Point(4, 4000),
				new CostCurve.Point(8, 8000));
	}

	@Test
	void whenStartingSlowsDownTheSizesThatComeFirstThenBatchesDoNotSeemToPay() {
		long started = Duration.ofMillis(400).toNanos();
		FakeModel model = this.fixture
			.costing(rows -> rows * ((this.fixture.clock.get() < started) ? 7_000_000L : 4_000_000L));
		BatchingPlan plan = this.fixture.plan(model, Definitions.batching(null));
		assertThat(plan.maxBatchSize()).isEqualTo(1);
		assertThat(plan.costCurve().points()).startsWith(new CostCurve.Point(1, 4_000_000));
	}

	@Test
	void whenRowsAloneAreSlowedDownForAWhileOnceMoreThenBatchesDoNotSeemToPay() {
		AtomicLong alone = new AtomicLong();
		FakeModel model = this.fixture
			.costing(rows -> rows * ((rows == 1 && alone.getAndIncrement() < 20) ? 4_500_000L : 4_000_000L));
		assertThat(this.fixture.plan(model, Definitions.batching(null)).maxBatchSize()).isEqualTo(1);
	}

	@Test
	void whenLargeSizesWereSlowedDownForAWhileThenTheyAreMeasuredAgain() {
		AtomicLong large = new AtomicLong();
		FakeModel model = this.fixture
			.costing(rows -> (3_000_000L + 100_000L * rows) * ((rows >= 32 && large.getAndIncrement() < 10) ? 2 : 1));
		BatchingPlan plan = this.fixture.plan(model, Definitions.batching(null));
		assertThat(plan.maxBatchSize()).isEqualTo(64);
		assertThat(plan.costCurve().points()).endsWith(new CostCurve.Point(64, 9_400_000));
	}

	@Test
	void whenOtherWorkSlowsMostRunsDownThenTheCurveDoesNotShowIt() {
		AtomicLong runs = new AtomicLong();
		BatchingPlan plan = this.fixture.plan(
				this.fixture.costing(rows -> 1000L * rows + ((runs.getAndIncrement() % 5 != 0) ? 700 : 0)),
				Definitions.batching(null));
		assertThat(plan.maxBatchSize()).isEqualTo(1);
		assertThat(plan.costCurve().points()).startsWith(new CostCurve.Point(1, 1000), new CostCurve.Point(2, 2000));
	}

	@Test
	void whenRowsAloneWaitForACoreThenOnlyWhatTheyTakeOfItCounts() {
		AtomicLong worked = new AtomicLong();
		this.fixture.runTime = worked::get;
		FakeModel model = this.fixture.costing(rows -> {
			worked.addAndGet(4_000_000L * rows);
			return 4_000_000L * rows + ((rows == 1) ? 3_000_000 : 0);
		});
		BatchingPlan plan = this.fixture.plan(model, Definitions.batching(null));
		assertThat(plan.maxBatchSize()).isEqualTo(1);
		assertThat(plan.costCurve().points()).startsWith(new CostCurve.Point(1, 4_000_000));
	}

	@Test
	void whenAnAcceleratorPreparesItselfForEveryOtherNumberOfRowsThenRowsRunAlone() {
		AtomicInteger before = new AtomicInteger();
		FakeModel model = this.fixture
			.costing(rows -> 1_000_000 + 100_000L * rows + ((before.getAndSet(rows) != rows) ? 400_000_000L : 0));
		model.computeUnit = ComputeUnit.ACCELERATOR;
		BatchingPlan plan = this.fixture.plan(model, Definitions.batching(null));
		assertThat(plan.batched()).isFalse();
		assertThat(plan.reason()).isEqualTo("a run takes 407.4 ms when it has another number of rows than the one "
				+ "before, and 7.4 ms otherwise (64 rows)");
	}

	@Test
	void whenAnAcceleratorTakesAnyNumberOfRowsThenTheyAreBatched() {
		FakeModel model = this.fixture.costing(WarmUpFixture.WIDE);
		model.computeUnit = ComputeUnit.ACCELERATOR;
		assertThat(this.fixture.plan(model, Definitions.batching(null)).maxBatchSize()).isEqualTo(32);
	}

	@Test
	void whenARunTakesOverASecondThenLargerBatchesAreNotTriedOnTheirOwn() {
		BatchingPlan plan = this.fixture.plan(
				this.fixture
					.costing(rows -> Duration.ofMillis(400).toNanos() + Duration.ofMillis(200).toNanos() * rows),
				Definitions.batching(null));
		assertThat(plan.costCurve().points()).extracting(CostCurve.Point::rows).containsExactly(1, 2, 4);
	}

	@Test
	void whenThreeSizesInARowAreNoCheaperThenLargerOnesAreNotTriedOnTheirOwn() {
		BatchingPlan plan = this.fixture.plan(this.fixture.costing(rows -> 1000L * rows), Definitions.batching(null));
		assertThat(plan.costCurve().points()).extracting(CostCurve.Point::rows).containsExactly(1, 2, 4, 8);
	}

	@Test
	void whenSizesBecomeCheaperAfterABumpThenLargerOnesAreTried() {
		BatchingPlan plan = this.fixture.plan(
				this.fixture.costing(rows -> (rows == 2 || rows == 4) ? 1100L * rows : 900 + 100L * rows),
				Definitions.batching(null));
		assertThat(plan.costCurve().points()).extracting(CostCurve.Point::rows).endsWith(32, 64);
	}

}
