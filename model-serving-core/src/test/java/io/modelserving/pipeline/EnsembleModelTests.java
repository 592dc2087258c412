package io.modelserving.pipeline;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.modelserving.model.EnsembleStep;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelMetadata;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.RunControl;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;
import io.modelserving.tensor.Workspace;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EnsembleModel}, over models that the test answers for.
 */
@Timeout(60)
class EnsembleModelTests {

	private static final ModelSignature FLOATS = new ModelSignature(
			List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1))),
			List.of(TensorSpec.of("y", DataType.FP32, Shape.of(-1))));

	private final List<Call> calls = Collections.synchronizedList(new ArrayList<>());

	private EnsembleModel ensemble(List<EnsembleStep> steps, String... outputs) {
		return new EnsembleModel(EnsemblePlan.of(steps, List.of(outputs), (step) -> FLOATS),
				new ModelMetadata(Ensembles.PLATFORM, "", "", Map.of()), (request) -> {
					Call call = new Call(request, new CompletableFuture<>());
					this.calls.add(call);
					return call.result();
				});
	}

	private static EnsembleStep step(String model, String input, String output) {
		return new EnsembleStep(model, null, Map.of("x", input), Map.of("y", output));
	}

	private static NamedTensors floats(String name, float... values) {
		return NamedTensors.of(name, Tensor.of(Shape.of(values.length), values));
	}

	private CompletableFuture<NamedTensors> run(EnsembleModel model, NamedTensors inputs, RunControl control) {
		return CompletableFuture.supplyAsync(() -> model.run(inputs, new Workspace(), control),
				(task) -> new Thread(task).start());
	}

	private Call await(int index) {
		while (this.calls.size() <= index) {
			Thread.onSpinWait();
		}
		return this.calls.get(index);
	}

	private static Throwable failure(CompletableFuture<?> result) {
		return result.handle((value, failure) -> (failure != null) ? failure.getCause() : null).join();
	}

	@Test
	void resultsOfAStepAreTheInputsOfTheNext() throws Exception {
		EnsembleModel model = ensemble(List.of(step("a", "in", "between"), step("b", "between", "out")));
		CompletableFuture<NamedTensors> result = run(model, floats("in", 1, 2), new RunControl());
		assertThat(await(0).request().model()).isEqualTo("a");
		assertThat(this.calls.get(0).floats()).containsExactly(1, 2);
		this.calls.get(0).complete(3, 4);
		assertThat(await(1).request().model()).isEqualTo("b");
		assertThat(this.calls.get(1).floats()).containsExactly(3, 4);
		this.calls.get(1).complete(5);
		NamedTensors outputs = result.get(30, TimeUnit.SECONDS);
		assertThat(outputs.names()).containsExactly("out");
		assertThat(outputs.numeric("out").toFloats()).containsExactly(5);
	}

	@Test
	void stepsThatDoNotNeedEachOtherRunAtOnce() throws Exception {
		EnsembleModel model = ensemble(List.of(step("a", "in", "one"), step("b", "in", "other")), "one", "other");
		CompletableFuture<NamedTensors> result = run(model, floats("in", 1), new RunControl());
		await(1).complete(2);
		await(0).complete(3);
		NamedTensors outputs = result.get(30, TimeUnit.SECONDS);
		assertThat(outputs.names()).containsExactly("one", "other");
		assertThat(outputs.numeric("one").toFloats()).containsExactly(3);
	}

	@Test
	void whenAStepFailsThenTheOthersAreGivenUpAndTheFailureIsThatOfTheStep() {
		EnsembleModel model = ensemble(List.of(step("a", "in", "one"), step("b", "in", "other")), "one", "other");
		CompletableFuture<NamedTensors> result = run(model, floats("in", 1), new RunControl());
		Overloaded overloaded = new Overloaded("full", null);
		await(1).result().completeExceptionally(overloaded);
		assertThat(failure(result)).isSameAs(overloaded);
		assertThat(this.calls.get(0).result()).isCancelled();
	}

	@Test
	void whenAStepDoesNotTakeWhatTheOneBeforeGaveThenTheCallerIsNotToBlame() {
		EnsembleModel model = ensemble(List.of(step("a", "in", "between"), step("b", "between", "out")));
		CompletableFuture<NamedTensors> result = run(model, floats("in", 1), new RunControl());
		await(0).complete(3);
		await(1).result().completeExceptionally(new InvalidInput("too short"));
		assertThat(failure(result)).isInstanceOf(ExecutionFailed.class).hasMessageContaining("too short");
	}

	@Test
	void whenTheRunIsTerminatedThenItsCallsAreCancelledAndNoneIsMade() {
		EnsembleModel model = ensemble(List.of(step("a", "in", "between"), step("b", "between", "out")));
		RunControl control = new RunControl();
		CompletableFuture<NamedTensors> result = run(model, floats("in", 1), control);
		Call first = await(0);
		control.terminate();
		assertThat(failure(result)).isInstanceOf(ExecutionFailed.class);
		assertThat(first.result()).isCancelled();
		assertThat(this.calls).hasSize(1);
	}

	@Test
	void stepsReadACopyOfTheInputs() {
		EnsembleModel model = ensemble(List.of(step("a", "in", "out")));
		ByteBuffer memory = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putFloat(0, 7);
		CompletableFuture<NamedTensors> result = run(model,
				NamedTensors.of("in", Tensor.of(DataType.FP32, Shape.of(1), memory)), new RunControl());
		Call call = await(0);
		memory.putFloat(0, 8);
		assertThat(call.floats()).containsExactly(7);
		call.complete(1);
		result.join();
	}

	private record Call(InferenceRequest request, CompletableFuture<InferenceResult> result) {

		private float[] floats() {
			return this.request.inputs().numeric("x").toFloats();
		}

		private void complete(float... values) {
			this.result.complete(
					new InferenceResult(new ModelKey(this.request.model(), 1), EnsembleModelTests.floats("y", values)));
		}

	}

}
