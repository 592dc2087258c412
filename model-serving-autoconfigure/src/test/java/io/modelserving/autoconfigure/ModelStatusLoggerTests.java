package io.modelserving.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.batching.admission.CostCurve;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelMetadata;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.model.graph.RowIndependence;
import io.modelserving.model.graph.GraphAnalysis;
import io.modelserving.model.graph.Hazard;
import io.modelserving.serving.BatchingPlan;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.serving.traffic.RolledBack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link ModelStatusLogger}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ModelStatusLoggerTests {

	private static final ModelKey DIGITS = new ModelKey("digits", 1);

	private final ModelRegistry registry = mock(ModelRegistry.class);

	private final ModelStatusLogger logger = new ModelStatusLogger(() -> this.registry);

	@Test
	void whenModelIsReadyThenSaysHowItIsServedAndWhy(CapturedOutput output) {
		know(new BatchingPlan(true, 8, "a row costs least in 8", "equal", CostCurve.UNKNOWN));
		this.logger.statusChanged(status(ModelState.READY, ""));
		assertThat(output).contains("INFO")
			.contains("Model digits:1 is ready: loaded in 80 ms, warmed up in 40 ms; instances: 2, threads of each: 1; "
					+ "batches of up to 8 rows: a row costs least in 8");
	}

	@Test
	void whenModelIsNotBatchedThenSaysWhy(CapturedOutput output) {
		know(new BatchingPlan(false, 1, "batched rows differ from single rows", "", CostCurve.UNKNOWN));
		this.logger.statusChanged(status(ModelState.READY, ""));
		assertThat(output).contains("no batches: batched rows differ from single rows");
	}

	@Test
	void whenModelIsReadyThenTheVerdictWarningsAndHazardsAreSaidOnOneLineEach(CapturedOutput output) {
		GraphAnalysis analysis = new GraphAnalysis(new RowIndependence.Proven(), Map.of(), Map.of(), Map.of(),
				List.of(new Hazard("d\n", "Div", "an input divides")));
		know(new ModelDetails(new ModelSignature(List.of(), List.of()), new ModelMetadata("onnx", "", "", Map.of()),
				analysis, 2, 1, new BatchingPlan(true, 8, "cheap", "", CostCurve.UNKNOWN), true, null,
				List.of("give inputs in model-serving.models.<name>.warm-up.samples"), Set.of("y"), Duration.ZERO,
				Duration.ZERO));
		this.logger.statusChanged(status(ModelState.READY, ""));
		assertThat(output).contains("independence of rows, by the graph: proven: rows are independent")
			.containsPattern("WARN.*Model digits:1: give inputs in model-serving.models.digits.warm-up.samples")
			.containsPattern("WARN.*a caller can do harm at node d\\\\u000a \\(Div\\): an input divides");
	}

	@Test
	void whenARequiredModelFailsThenThatIsAnErrorOncePerReason(CapturedOutput output) {
		for (int seconds = 1; seconds <= 8; seconds *= 2) {
			this.logger.statusChanged(status(ModelState.LOADING, ""));
			this.logger.statusChanged(failed("no such file. Change the property location.", seconds, true));
		}
		this.logger.statusChanged(failed("the file is broken.", 16, true));
		assertThat(output).doesNotContain("WARN")
			.containsOnlyOnce("Model digits:1 cannot be served: no such file. Change the property location. "
					+ "Next attempt in 1 s.")
			.containsOnlyOnce("the file is broken.")
			.doesNotContain("in 2 s.");
		assertThat(output.getOut().lines().filter((line) -> line.contains("ERROR"))).hasSize(2);
		this.logger.statusChanged(status(ModelState.UNLOADED, ""));
		this.logger.statusChanged(failed("the file is broken.", 1, true));
		assertThat(output.getOut().lines().filter((line) -> line.contains("ERROR"))).hasSize(3);
	}

	@Test
	void whenAnotherModelFailsThenWarnsOncePerReason(CapturedOutput output) {
		this.logger.statusChanged(failed("no such file.", 1, false));
		this.logger.statusChanged(failed("no such file.", 2, false));
		assertThat(output).doesNotContain("ERROR").containsOnlyOnce("Model digits:1 cannot be served: no such file.");
	}

	@Test
	void whenReloadFailsThenWarns(CapturedOutput output) {
		this.logger.statusChanged(status(ModelState.READY, "the reload failed"));
		assertThat(output).contains("WARN").contains("Model digits:1: the reload failed");
	}

	@Test
	void whenModelThatNeverServedIsUnloadedThenSaysNothing(CapturedOutput output) {
		this.logger.statusChanged(status(ModelState.UNLOADED, ""));
		assertThat(output).doesNotContain("digits");
	}

	@Test
	void whenModelIsDisabledAndEnabledThenSaysSoOnce(CapturedOutput output) {
		know(new BatchingPlan(true, 8, "", "", CostCurve.UNKNOWN));
		ModelStatus disabled = new ModelStatus(DIGITS, ModelState.READY, "", true, Instant.EPOCH, false);
		this.logger.statusChanged(disabled);
		this.logger.statusChanged(status(ModelState.READY, ""));
		assertThat(output).contains("Model digits:1 is disabled: it rejects calls until it is enabled")
			.contains("Model digits:1 is enabled")
			.doesNotContain("Model digits:1 is ready");
	}

	@Test
	void whenModelLosesItsTrafficThenWarnsWithTheReason(CapturedOutput output) {
		this.logger.rolledBack(new RolledBack(DIGITS, 2, 20, 11, "11 of its last 20 calls failed", Instant.EPOCH));
		assertThat(output).contains("WARN")
			.contains("Model digits:1 has lost its traffic to version 2: 11 of its last 20 calls failed");
	}

	private void know(BatchingPlan plan) {
		know(new ModelDetails(new ModelSignature(List.of(), List.of()), new ModelMetadata("onnx", "", "", Map.of()), 2,
				1, plan, StubModels.row(1), Duration.ofMillis(80), Duration.ofMillis(40)));
	}

	private void know(ModelDetails details) {
		given(this.registry.find(DIGITS)).willReturn(
				Optional.of(new ModelSnapshot(status(ModelState.READY, ""), "file", details, BatcherSnapshot.IDLE)));
	}

	private static ModelStatus failed(String reason, int seconds, boolean required) {
		Duration next = Duration.ofSeconds(seconds);
		return new ModelStatus(DIGITS, ModelState.FAILED, ModelStatus.reason(reason, next), required, Instant.EPOCH,
				true, next);
	}

	private static ModelStatus status(ModelState state, String reason) {
		return new ModelStatus(DIGITS, state, reason, true, Instant.EPOCH);
	}

}
