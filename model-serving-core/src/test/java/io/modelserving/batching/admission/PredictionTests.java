package io.modelserving.batching.admission;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.modelserving.batching.admission.CostCurve.Point;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Prediction} and {@link RunsUnderWay}: a run costs 100 and 10 more for
 * each row, up to 180 for the 8 rows of a batch.
 */
class PredictionTests {

	private static final long NOW = ThreadLocalRandom.current().nextLong();

	private static final RunCosts COSTS = RunCosts.of(new CostCurve(List.of(new Point(1, 110), new Point(8, 180))));

	private final RunsUnderWay runs = new RunsUnderWay();

	@ParameterizedTest
	@CsvSource({ "1, 110", "8, 180", "9, 290", "16, 360" })
	void whenAnInstanceIsIdleThenACallTakesItsOwnRuns(int rows, long total) {
		slots(1);
		Prediction prediction = predict(0, rows);
		assertThat(prediction.waitNanos()).isZero();
		assertThat(prediction.leastNanos()).isEqualTo(total);
	}

	@ParameterizedTest
	@CsvSource({ "0, 50, 160", "7, 50, 230", "8, 230, 340", "23, 410, 590" })
	void whenTheInstanceIsBusyThenTheRunUnderWayAndTheRowsBeforeCount(int before, long wait, long least) {
		slots(1);
		this.runs.begin(NOW + 50);
		Prediction prediction = predict(before, 1);
		assertThat(prediction.waitNanos()).isEqualTo(wait);
		assertThat(prediction.leastNanos()).isEqualTo(least);
		assertThat(prediction.totalNanos()).as("its batch is full by then").isEqualTo(wait + 180);
	}

	@ParameterizedTest
	@CsvSource({ "0, 0", "8, 20", "16, 70", "24, 180", "32, 200", "40, 250" })
	void instancesTakeBatchesInTurn(int before, long wait) {
		slots(3);
		this.runs.begin(NOW + 70);
		this.runs.begin(NOW + 20);
		assertThat(predict(before, 1).waitNanos()).isEqualTo(wait);
	}

	@Test
	void whenARunIsOverdueThenItMayEndAnyMoment() {
		slots(1);
		this.runs.begin(NOW - 30);
		assertThat(predict(0, 1).waitNanos()).isZero();
	}

	@Test
	void whenARunIsOverThenItIsNotWaitedFor() {
		slots(2);
		this.runs.begin(NOW + 90);
		this.runs.begin(NOW + 40);
		this.runs.begin(NOW + 60);
		this.runs.completed(NOW + 60);
		assertThat(predict(0, 1).waitNanos()).isEqualTo(40);
		this.runs.completed(NOW + 40);
		assertThat(predict(0, 1).waitNanos()).isZero();
		this.runs.deregistered();
		assertThat(predict(0, 1).waitNanos()).isEqualTo(90);
	}

	@Test
	void whenNothingIsKnownThenNothingIsWaitedFor() {
		slots(1);
		RunCosts unknown = RunCosts.of(CostCurve.UNKNOWN);
		assertThat(Prediction.of(100, 1, 8, unknown, this.runs, NOW)).isEqualTo(Prediction.NONE);
	}

	private void slots(int number) {
		for (int i = 0; i < number; i++) {
			this.runs.registered();
		}
	}

	private Prediction predict(int before, int rows) {
		return Prediction.of(before, rows, 8, COSTS, this.runs, NOW);
	}

}
