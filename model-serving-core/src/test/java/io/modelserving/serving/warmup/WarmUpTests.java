package io.modelserving.serving.warmup;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.serving.BatchingPlan;
import io.modelserving.serving.BatchingSettings;
import io.modelserving.serving.Definitions;
import io.modelserving.serving.FakeModel;
import io.modelserving.serving.PaddingRule;
import io.modelserving.serving.WarmUpSettings;
import io.modelserving.batching.admission.CostCurve;
import io.modelserving.batching.admission.LatencyObjective;
import io.modelserving.batching.Priorities;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.graph.RowIndependence;
import io.modelserving.model.graph.GraphAnalysis;
import io.modelserving.serving.BatchingSettings.Verification;
import io.modelserving.serving.WarmUpSettings.Samples;
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
	void whenADifferenceIsToFailThenTheModelIsRejected() {
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
	void whenTheModelDoesNotRunOnGeneratedInputsThenItIsServedUnbatchedAndAWarningAsksForSamples() {
		FakeModel model = new FakeModel(FakeModel.ROWS_OF_TWO, inputs -> {
			throw new ExecutionFailed("no such token", null);
		});
		WarmUp.Findings findings = this.fixture.run(model, Definitions.batching(null), Samples.GENERATED);
		assertThat(findings.plan().batched()).isFalse();
		assertThat(findings.plan().reason()).contains("no such token").contains("warm-up.samples");
		assertThat(findings.example()).isNull();
		assertThat(findings.warnings()).singleElement().asString().contains("no such token", "warm-up.samples");
	}

	@Test
	void whenTheModelDoesNotRunOnAGivenSampleThenItIsRejectedForGood() {
		FakeModel model = new FakeModel(FakeModel.ROWS_OF_TWO, inputs -> {
			throw new ExecutionFailed("no such token", null);
		});
		assertThatExceptionOfType(ModelLoadException.class).isThrownBy(
				() -> this.fixture.run(model, Definitions.batching(null), signature -> List.of(FakeModel.row(1, 2))))
			.withMessageContaining("no such token")
			.satisfies(ex -> assertThat(ex.isRetryable()).isFalse());
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whenAGuessTakesTooMuchMemoryThenThatIsAFailedGuess(boolean heap) {
		FakeModel model = new FakeModel(FakeModel.ROWS_OF_TWO, inputs -> {
			throw heap ? new OutOfMemoryError("Java heap space") : new StackOverflowError();
		});
		WarmUp.Findings findings = this.fixture.run(model, Definitions.batching(8), Samples.GENERATED);
		assertThat(findings.plan().reason()).contains("too little memory");
	}

	@Test
	void whenInputsWouldBeTooLargeToGenerateThenTheModelIsServedWithoutThem() {
		ModelSignature huge = new ModelSignature(
				List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 1 << 20, 1 << 20))),
				List.of(TensorSpec.of("y", DataType.FP32, Shape.of(-1))));
		FakeModel model = new FakeModel(huge, FakeModel::copyOf);
		WarmUp.Findings findings = this.fixture.run(model, Definitions.batching(null), Samples.GENERATED);
		assertThat(findings.plan().batched()).isFalse();
		assertThat(findings.plan().reason()).contains("too large to generate");
		assertThat(model.runs).hasValue(0);
	}

	@Test
	void whenARunOfAGuessDoesNotEndThenItIsTerminatedAndOthersAreTried() {
		List<Runnable> due = new ArrayList<>();
		this.fixture.timer = (delay, task) -> {
			due.add(task);
			return () -> due.remove(task);
		};
		List<Integer> sizes = new ArrayList<>();
		FakeModel model = new FakeModel(new ModelSignature(List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1, -1))),
				List.of(TensorSpec.of("y", DataType.FP32, Shape.of(-1, -1)))), inputs -> {
					sizes.add((int) inputs.get("x").shape().dimension(1));
					if (inputs.get("x").shape().dimension(1) > 4) {
						List.copyOf(due).forEach(Runnable::run);
						throw new ExecutionFailed("terminated", null);
					}
					return FakeModel.copyOf(inputs);
				});
		WarmUp.Findings findings = this.fixture.run(model, Definitions.batching(1), Samples.GENERATED);
		assertThat(sizes).startsWith(4, 16, 16).doesNotContain(64);
		assertThat(findings.warnings()).isEmpty();
		assertThat(due).isEmpty();
	}

	@Test
	void whenARowLooksAtItsWholeBatchOnlyIfItIsLargeThenHostileRowsShowIt() {
		FakeModel model = autoscale();
		BatchingPlan plan = this.fixture.plan(model, Definitions.batching(8));
		assertThat(plan.batched()).isFalse();
		assertThat(plan.reason()).contains("among rows of other ranges and signs");
	}

	@Test
	void whenTheGraphProvesIndependenceThenOneRowIsEnough() {
		this.fixture.analysis = proven(0);
		FakeModel model = FakeModel.perElement(value -> {
			if (value != 7) {
				throw new ExecutionFailed("only sevens", null);
			}
			return value;
		});
		BatchingPlan plan = this.fixture.run(model, Definitions.batching(4), signature -> List.of(FakeModel.row(7, 7)))
			.plan();
		assertThat(plan.batched()).isTrue();
		assertThat(plan.maxBatchSize()).isEqualTo(4);
	}

	@Test
	void whenARunContradictsTheGraphThenTheModelIsUnbatchedAndThereIsAWarning() {
		this.fixture.analysis = proven(0);
		WarmUp.Findings findings = this.fixture.run(FakeModel.dependingOnTheBatch(), Definitions.batching(8),
				Samples.GENERATED);
		assertThat(findings.plan().batched()).isFalse();
		assertThat(findings.warnings()).singleElement().asString().contains("by its graph rows are independent");
	}

	@Test
	void whenAnAnswerForAGivenSampleIsNotFiniteThenThereIsAWarningOrTheModelIsRejected() {
		FakeModel model = FakeModel.perElement(value -> (value < 0) ? Float.NaN : value);
		Samples negative = signature -> List.of(FakeModel.row(1, 2), FakeModel.row(1, -2));
		WarmUp.Findings findings = this.fixture.run(model, Definitions.batching(1), negative);
		assertThat(findings.warnings()).singleElement().asString().contains("not finite").contains("[y]");
		assertThat(findings.nonFinite()).containsExactly("y");
		assertThatExceptionOfType(ModelLoadException.class)
			.isThrownBy(() -> this.fixture.run(model, Definitions.batching(1, Verification.FAIL), negative))
			.withMessageContaining("not finite");
		assertThat(this.fixture.run(model, Definitions.batching(1), Samples.GENERATED).nonFinite()).isEmpty();
	}

	@Test
	void whenASampleHasNoRowsInCommonThenItRunsWholeAndIsTheExample() {
		ModelSignature two = new ModelSignature(
				List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1, -1)),
						TensorSpec.of("w", DataType.FP32, Shape.of(-1, -1))),
				List.of(TensorSpec.of("y", DataType.FP32, Shape.of(-1, -1))));
		NamedTensors sample = NamedTensors.of("x", Tensor.of(Shape.of(2, 1), 1f, 2f), "w",
				Tensor.of(Shape.of(1, 1), 3f));
		FakeModel model = new FakeModel(two, FakeModel::copyOf);
		WarmUp.Findings findings = this.fixture.run(model, Definitions.batching(8), signature -> List.of(sample));
		assertThat(findings.plan().batched()).isFalse();
		assertThat(findings.plan().reason()).contains("no rows in common");
		assertThat(findings.example()).isSameAs(sample);
	}

	@Test
	void whenThereAreNoInputsThenTheModelRunsAndIsServedUnbatched() {
		FakeModel model = new FakeModel(
				new ModelSignature(List.of(), List.of(TensorSpec.of("y", DataType.FP32, Shape.of(1)))),
				inputs -> NamedTensors.of("y", Tensor.of(Shape.of(1), 1f)));
		WarmUp.Findings findings = this.fixture.run(model, Definitions.batching(null), Samples.GENERATED);
		assertThat(findings.plan().reason()).contains("requires no input");
		assertThat(findings.warnings()).isEmpty();
		assertThat(findings.example()).isNotNull();
	}

	/** "If the largest number is above 1, divide by 255", over the whole batch. */
	private static FakeModel autoscale() {
		return new FakeModel(FakeModel.ROWS_OF_TWO, inputs -> {
			float[] elements = inputs.numeric("x").toFloats();
			float largest = 0;
			for (float element : elements) {
				largest = Math.max(largest, element);
			}
			for (int i = 0; i < elements.length; i++) {
				elements[i] = (largest > 1) ? elements[i] / 255 : elements[i];
			}
			return NamedTensors.of("y", Tensor.of(inputs.get("x").shape(), elements));
		});
	}

	private static GraphAnalysis proven(int outputAxis) {
		return new GraphAnalysis(new RowIndependence.Proven(), Map.of("x", 0), Map.of("y", outputAxis), Map.of(),
				List.of());
	}

	@Test
	void whenSamplesAreGivenThenTheModelRunsOnThemAndTheFirstIsTheExample() {
		NamedTensors sample = NamedTensors.of("x", Tensor.of(Shape.of(2, 2), 1f, 2f, 3f, 4f));
		List<Float> seen = new ArrayList<>();
		FakeModel model = FakeModel.perElement(value -> {
			seen.add(value);
			return value;
		});
		WarmUp.Findings findings = this.fixture.run(model, Definitions.batching(4), signature -> List.of(sample));
		assertThat(Objects.requireNonNull(findings.example()).numeric("x").toFloats()).containsExactly(1, 2);
		assertThat(findings.plan().batched()).isTrue();
		assertThat(seen).startsWith(1f, 2f, 3f, 4f);
	}

	@Test
	void whenThereIsASingleSampleRowAndNoneCanBeGeneratedThenNothingIsBatched() {
		FakeModel model = FakeModel.perElement(value -> {
			if (value != 7) {
				throw new ExecutionFailed("only sevens", null);
			}
			return value;
		});
		BatchingPlan plan = this.fixture.run(model, Definitions.batching(4), signature -> List.of(FakeModel.row(7, 7)))
			.plan();
		assertThat(plan.batched()).isFalse();
		assertThat(plan.reason()).contains("one sample row only").contains("warm-up.samples");
	}

	@Test
	void whenWarmUpIsOffThenTheModelDoesNotRunAndIsNotBatchedOnItsOwn() {
		FakeModel model = FakeModel.timesTwo();
		WarmUpSettings off = new WarmUpSettings(false, WarmUpSettings.Samples.GENERATED, Duration.ofMinutes(1));
		this.fixture.analysis = proven(0);
		BatchingPlan plan = this.fixture.run(model, Definitions.batching(null), off).plan();
		assertThat(model.runs).hasValue(0);
		assertThat(plan.maxBatchSize()).isEqualTo(1);
		assertThat(plan.reason()).contains("warm-up is off");
	}

	@Test
	void whenTimeRunsOutBeforeAConfiguredSizeThenBatchesAreAsLargeAsThoseTried() {
		FakeModel slow = this.fixture.costing(rows -> Duration.ofSeconds(2).toNanos());
		WarmUp.Findings findings = this.fixture.run(slow, Definitions.batching(64), Samples.GENERATED);
		assertThat(findings.plan().batched()).isTrue();
		assertThat(findings.plan().maxBatchSize()).isBetween(2, 32);
		assertThat(findings.plan().reason()).contains("took longer than PT1M").contains("warm-up.timeout");
		assertThat(findings.warnings()).hasSize(1);
	}

}
