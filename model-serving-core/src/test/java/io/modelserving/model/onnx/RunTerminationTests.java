package io.modelserving.model.onnx;

import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import ai.onnxruntime.OrtException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Model;
import io.modelserving.model.RunControl;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.Workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The model multiplies as often as its input says, so a caller decides how long it runs.
 */
@Timeout(120)
class RunTerminationTests {

	private static final long FOR_EVER = 1_000_000_000_000L;

	private final Model model = TestModels.load("loop.onnx");

	private final RunControl control = new RunControl();

	@AfterEach
	void close() {
		this.model.close();
	}

	@Test
	void whenTerminatedThenRunFailsAndTheModelStaysUsable() throws Exception {
		Run run = Run.start(() -> this.model.run(times(FOR_EVER), new Workspace(), this.control));
		run.awaitNativeCode();
		this.control.terminate();
		assertThat(run.failure()).isInstanceOf(ExecutionFailed.class)
			.hasMessage("the run was ended before it was complete")
			.hasCauseInstanceOf(OrtException.class);
		assertAnswersRight(new RunControl());
	}

	@Test
	void whenTerminatedBeforeItBeginsThenRunFails() {
		this.control.terminate();
		assertThatExceptionOfType(ExecutionFailed.class)
			.isThrownBy(() -> this.model.run(times(FOR_EVER), new Workspace(), this.control));
		assertAnswersRight(new RunControl());
	}

	@Test
	void whenOneRunIsTerminatedThenOthersOfTheSessionGoOn() throws Exception {
		RunControl other = new RunControl();
		Run doomed = Run.start(() -> this.model.run(times(FOR_EVER), new Workspace(), this.control));
		Run survivor = Run.start(() -> this.model.run(times(FOR_EVER), new Workspace(), other));
		doomed.awaitNativeCode();
		survivor.awaitNativeCode();
		this.control.terminate();
		assertThat(doomed.failure()).isInstanceOf(ExecutionFailed.class);
		assertAnswersRight(new RunControl());
		assertThat(survivor.result.isDone()).isFalse();
		other.terminate();
		assertThat(survivor.failure()).isInstanceOf(ExecutionFailed.class);
	}

	@Test
	void whenControlServesSeveralRunsThenEachCanBeTerminated() throws Exception {
		assertAnswersRight(this.control);
		assertAnswersRight(this.control);
		Run run = Run.start(() -> this.model.run(times(FOR_EVER), new Workspace(), this.control));
		run.awaitNativeCode();
		this.control.terminate();
		assertThat(run.failure()).isInstanceOf(ExecutionFailed.class);
		assertThatExceptionOfType(ExecutionFailed.class)
			.isThrownBy(() -> this.model.run(times(1), new Workspace(), this.control));
	}

	@Test
	void whenTerminationRacesWithTheEndThenRunFailsOrAnswersRight() throws Exception {
		for (int i = 0; i < 500; i++) {
			RunControl racing = new RunControl();
			Future<?> terminator = CompletableFuture.runAsync(racing::terminate);
			try {
				assertAnswersRight(racing);
			}
			catch (ExecutionFailed ex) {
				assertThat(racing.isTerminated()).isTrue();
			}
			terminator.get(1, TimeUnit.MINUTES);
		}
	}

	@Test
	void whenInputIsWrongThenTerminationDoesNotHideIt() {
		this.control.terminate();
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> this.model
			.run(NamedTensors.of("n", Tensor.of(Shape.of(1, 1), 1f)), new Workspace(), this.control));
	}

	@Test
	void whenClosedWhileARunIsTerminatedThenBothEnd() throws Exception {
		Run run = Run.start(() -> this.model.run(times(FOR_EVER), new Workspace(), this.control));
		run.awaitNativeCode();
		Run closing = Run.start(() -> {
			this.model.close();
			return null;
		});
		this.control.terminate();
		assertThat(run.failure()).isInstanceOf(ExecutionFailed.class);
		closing.result.get(1, TimeUnit.MINUTES);
	}

	@Test
	void whenClosingWaitsForARunThatHangsThenOtherRunsAreRejectedAtOnce() throws Exception {
		Run hanging = Run.start(() -> this.model.run(times(FOR_EVER), new Workspace(), this.control));
		hanging.awaitNativeCode();
		Run closing = Run.start(() -> {
			this.model.close();
			return null;
		});
		while (closing.thread().getState() != Thread.State.WAITING) {
			Thread.onSpinWait();
		}
		Run other = Run.start(() -> this.model.run(times(1), new Workspace(), new RunControl()));
		assertThat(other.failure()).isInstanceOf(IllegalStateException.class).hasMessage("the model is closed");
		assertThat(closing.result().isDone()).isFalse();
		this.control.terminate();
		assertThat(hanging.failure()).isInstanceOf(ExecutionFailed.class);
		closing.result().get(1, TimeUnit.MINUTES);
	}

	private void assertAnswersRight(RunControl control) {
		NamedTensors outputs = this.model.run(times(3), new Workspace(), control);
		assertThat(outputs.numeric("y").toFloats()).containsExactly(4);
	}

	private static NamedTensors times(long n) {
		return NamedTensors.of("n", Tensor.of(Shape.of(1, 1), n));
	}

	private record Run(Thread thread, FutureTask<NamedTensors> result) {

		static Run start(Callable<NamedTensors> callable) {
			FutureTask<NamedTensors> result = new FutureTask<>(callable);
			Thread thread = new Thread(result, "run");
			thread.setDaemon(true);
			thread.start();
			return new Run(thread, result);
		}

		void awaitNativeCode() {
			while (Arrays.stream(this.thread.getStackTrace()).limit(1).noneMatch(StackTraceElement::isNativeMethod)
					|| Arrays.stream(this.thread.getStackTrace())
						.noneMatch((frame) -> frame.getClassName().equals("ai.onnxruntime.OrtSession"))) {
				Thread.onSpinWait();
			}
		}

		Throwable failure() throws Exception {
			try {
				this.result.get(1, TimeUnit.MINUTES);
			}
			catch (ExecutionException ex) {
				return ex.getCause();
			}
			throw new AssertionError("the run gave an answer");
		}

	}

}
