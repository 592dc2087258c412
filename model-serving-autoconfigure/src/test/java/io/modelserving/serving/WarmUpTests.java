package io.modelserving.serving;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.modelserving.batching.CostCurve;
import io.modelserving.batching.LatencyObjective;
import io.modelserving.batching.Padding;
import io.modelserving.batching.Priorities;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSignature;
import io.modelserving.serving.BatchingSettings.Verification;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WarmUp}.
 */
class WarmUpTests {

	private final WarmUpFixture fixture = new WarmUpFixture();

	@Test
	void whenRowsAreIndependentAndCheaperTogetherThenTheyAreBatched() {
		BatchingPlan plan = this.fixture.plan(this.fixture.costing(rows -> 100 + rows), Definitions.batching(null));
		assertThat(plan.batched()).isTrue();
		assertThat(plan.maxBatchSize()).isEqualTo(64);
		assertThat(plan.verification()).isEqualTo("batched rows equal single rows");
	}

	@Test
	void whenRowsCostNoLessTogetherThenTheyRunAloneAndTheReasonShowsTheCost() {
		BatchingPlan plan = this.fixture.plan(this.fixture.costing(rows -> 1000L * rows), Definitions.batching(null));
		assertThat(plan.maxBatchSize()).isEqualTo(1);
		assertThat(plan.reason()).startsWith("no batch makes a row a fifth cheaper")
			.contains("1: 1.0")
			.contains("8: 1.0");
	}

	@Test
	void whenThereCanBeNoBatchesThenTheCostOfACallAloneIsKnown() {
		BatchingPlan plan = this.fixture.plan(this.fixture.costing(rows -> 1000L * rows), Definitions.batching(1));
		assertThat(plan.reason()).isEqualTo("max-batch-size is 1");
		assertThat(plan.costCurve().points()).containsExactly(new CostCurve.Point(1, 1000));
	}

	@Test
	void whenTheCostIsThatOfASmallConvolutionalNetThenRowsRunAlone() {
		BatchingPlan plan = this.fixture.plan(
				this.fixture.costing(rows -> (long) (rows * 1e6 * (1 + 0.08 * Math.min(2.5, Math.sqrt(rows - 1))))),
				Definitions.batching(null));
		assertThat(plan.maxBatchSize()).isEqualTo(1);
		assertThat(plan.reason())
			.isEqualTo("no batch makes a row a fifth cheaper on this machine (µs per row by batch size: "
					+ "1: 1000.0, 2: 1080.0, 4: 1138.6, 8: 1200.0)");
	}

	@Test
	void whenTheCostIsThatOfAWidePerceptronThenRowsRunInLargeBatches() {
		BatchingPlan plan = this.fixture.plan(this.fixture.costing(WarmUpFixture.WIDE), Definitions.batching(null));
		assertThat(plan.maxBatchSize()).isEqualTo(32);
		assertThat(plan.reason()).startsWith("the smallest batch whose cost per row is within a tenth of the least")
			.contains("1: 2400.0")
			.contains("32: 350.1");
	}

	@ParameterizedTest
	@CsvSource({ "64, 32", "32, 32", "8, 8" })
	void whenThereIsAnObjectiveThenTheConfiguredSizeIsTheMost(int configured, int expected) {
		LatencyObjective objective = new LatencyObjective(Duration.ofMillis(50), 0.99);
		BatchingSettings settings = new BatchingSettings(configured, Duration.ZERO, 1024, null, Verification.UNBATCH,
				PaddingRule.NONE, Priorities.NONE, objective);
		BatchingPlan plan = this.fixture.plan(this.fixture.costing(WarmUpFixture.WIDE), settings);
		assertThat(plan.maxBatchSize()).isEqualTo(expected);
		assertThat(plan.reason()).startsWith("the smallest batch whose cost per row");
	}

	@Test
	void whenARowDependsOnItsBatchThenTheModelIsServedUnbatchedAndSaysWhy() {
		BatchingPlan plan = this.fixture.plan(FakeModel.dependingOnTheBatch(), Definitions.batching(8));
		assertThat(plan.batched()).isFalse();
		assertThat(plan.maxBatchSize()).isEqualTo(1);
		assertThat(plan.reason())
			.startsWith("batched rows differ from single rows: in a batch of 2 rows, output \"y\"");
	}

	@Test
	void whenADifferenceIsToFailThenTheModelIsRefused() {
		assertThatExceptionOfType(ModelLoadException.class).isThrownBy(
				() -> this.fixture.plan(FakeModel.dependingOnTheBatch(), Definitions.batching(8, Verification.FAIL)))
			.withMessageContaining("batched rows differ")
			.satisfies(ex -> assertThat(ex.action()).contains("batching.max-batch-size"));
	}

	@Test
	void whenADifferenceIsOnlyToWarnThenTheModelIsBatchedAndMeasuredInFull() {
		BatchingPlan plan = this.fixture.plan(FakeModel.dependingOnTheBatch(),
				Definitions.batching(8, Verification.WARN));
		assertThat(plan.maxBatchSize()).isEqualTo(8);
		assertThat(plan.verification()).contains("served all the same");
		assertThat(plan.costCurve().points()).hasSize(4);
	}

	@Test
	void whenVerificationIsOffThenNothingIsCompared() {
		BatchingPlan plan = this.fixture.plan(FakeModel.dependingOnTheBatch(),
				Definitions.batching(8, Verification.OFF));
		assertThat(plan.batched()).isTrue();
		assertThat(plan.verification()).contains("off");
	}

	@Test
	void whenABatchFailsThenTheModelIsServedUnbatched() {
		FakeModel model = new FakeModel(FakeModel.ROWS_OF_TWO, inputs -> {
			if (inputs.rowCount() > 1) {
				throw new ExecutionFailed("reshape", null);
			}
			return FakeModel.copyOf(inputs);
		});
		BatchingPlan plan = this.fixture.plan(model, Definitions.batching(null));
		assertThat(plan.batched()).isFalse();
		assertThat(plan.reason()).contains("a batch of 2 rows fails: reshape");
	}

	@Test
	void whenTheSignatureHasNoDynamicRowsThenTheModelIsServedUnbatched() {
		ModelSignature fixed = new ModelSignature(List.of(TensorSpec.of("x", DataType.FP32, Shape.of(2, 3))),
				List.of(TensorSpec.of("y", DataType.FP32, Shape.of(2, 3))));
		BatchingPlan plan = this.fixture.plan(new FakeModel(fixed, FakeModel::copyOf), Definitions.batching(null));
		assertThat(plan.batched()).isFalse();
		assertThat(plan.reason()).contains("is not dynamic").contains("x FP32[2, 3]");
	}

	@Test
	void whenTheModelDoesNotRunOnGeneratedInputsThenTheMessageAsksForSamples() {
		FakeModel model = new FakeModel(FakeModel.ROWS_OF_TWO, inputs -> {
			throw new ExecutionFailed("no such token", null);
		});
		assertThatExceptionOfType(ModelLoadException.class)
			.isThrownBy(() -> this.fixture.plan(model, Definitions.batching(null)))
			.withMessageContaining("no such token")
			.satisfies(ex -> assertThat(ex.action()).contains("warm-up.samples"));
	}

	@Test
	void whenSamplesAreGivenThenTheModelRunsOnThemAndTheFirstIsTheExample() {
		NamedTensors sample = NamedTensors.of("x", Tensor.of(Shape.of(2, 2), 1f, 2f, 3f, 4f));
		FakeModel model = FakeModel.perElement(value -> {
			assertThat(value).isIn(1f, 2f, 3f, 4f);
			return value;
		});
		WarmUp.Findings findings = this.fixture.warmUp(model, Definitions.batching(4), signature -> List.of(sample))
			.run();
		assertThat(findings.example().numeric("x").toFloats()).containsExactly(1, 2);
		assertThat(findings.plan().batched()).isTrue();
	}

	@Test
	void whenThereIsASingleSampleRowAndNoneCanBeGeneratedThenNothingIsProvenAndNothingBatched() {
		FakeModel model = FakeModel.perElement(value -> {
			if (value != 7) {
				throw new ExecutionFailed("only sevens", null);
			}
			return value;
		});
		BatchingPlan plan = this.fixture
			.warmUp(model, Definitions.batching(4), signature -> List.of(FakeModel.row(7, 7)))
			.run()
			.plan();
		assertThat(plan.batched()).isFalse();
		assertThat(plan.reason()).contains("one sample row only").contains("warm-up.samples");
	}

	@Test
	void whenWarmUpIsOffThenTheModelDoesNotRunAndIsNotBatchedOnItsOwn() {
		FakeModel model = FakeModel.timesTwo();
		WarmUpSettings off = new WarmUpSettings(false, WarmUpSettings.Samples.GENERATED, Duration.ofMinutes(1));
		BatchingPlan plan = new WarmUp(model, off, Definitions.batching(null), Padding.NONE, this.fixture.clock::get,
				this.fixture.clock::get)
			.run()
			.plan();
		assertThat(model.runs).hasValue(0);
		assertThat(plan.maxBatchSize()).isEqualTo(1);
		assertThat(plan.reason()).contains("warm-up is off");
	}

	@Test
	void whenTimeRunsOutBeforeAConfiguredSizeThenTheModelIsRefused() {
		FakeModel slow = this.fixture.costing(rows -> Duration.ofSeconds(20).toNanos());
		assertThatExceptionOfType(ModelLoadException.class)
			.isThrownBy(() -> this.fixture.plan(slow, Definitions.batching(64)))
			.withMessageContaining("took longer than PT1M")
			.satisfies(ex -> assertThat(ex.action()).contains("warm-up.timeout"));
	}

}
