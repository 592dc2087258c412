package io.modelserving.pipeline;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.EnsembleStep;
import io.modelserving.model.InferenceException;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Model;
import io.modelserving.model.ModelMetadata;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.RunControl;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.InferenceService;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.Workspace;

/**
 * An ensemble as a model: a run calls the models of the steps, each as soon as it has its
 * inputs, in the queues and batches of all their callers. Thread-safe.
 *
 * @param plan how the tensors flow
 * @param metadata what is said of the ensemble
 * @param service runs the models of the steps
 */
record EnsembleModel(EnsemblePlan plan, ModelMetadata metadata, InferenceService service) implements Model {

	@Override
	public ModelSignature signature() {
		return this.plan.signature();
	}

	@Override
	public NamedTensors run(NamedTensors inputs, Workspace workspace) {
		return run(inputs, workspace, new RunControl());
	}

	@Override
	public NamedTensors run(NamedTensors inputs, Workspace workspace, RunControl control) {
		signature().check(inputs);
		InferenceRequest request = control.call(InferenceRequest.class);
		Calls calls = new Calls(request);
		control.onTerminate(calls::cancel);
		try {
			// a run that is given up may leave a step behind that still reads its inputs
			return calls.start(copied(inputs)).join();
		}
		catch (CompletionException | CancellationException ex) {
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			if (cause instanceof InferenceException known
					&& !(known instanceof InvalidInput invalid && !invalid.isByCaller())) {
				throw known;
			}
			throw new ExecutionFailed("a step of the ensemble failed: " + cause.getMessage(), cause);
		}
		finally {
			control.ended();
			calls.cancel();
		}
	}

	/** Return a copy of inputs, whose memory the thread of the run uses again. */
	static NamedTensors copied(NamedTensors inputs) {
		return inputs.map((name, tensor) -> copied(tensor));
	}

	private static Tensor copied(Tensor tensor) {
		if (!(tensor instanceof NumericTensor numeric)) {
			return tensor;
		}
		ByteBuffer data = numeric.data();
		ByteBuffer copy = ByteBuffer.allocate(data.remaining()).order(data.order());
		copy.put(data.duplicate()).flip();
		return Tensor.of(numeric.dataType(), numeric.shape(), copy);
	}

	@Override
	public void close() {
	}

	/**
	 * The calls of one run.
	 */
	private final class Calls {

		private final @Nullable InferenceRequest request;

		private final Map<String, CompletableFuture<Tensor>> tensors = new LinkedHashMap<>();

		private final Queue<CompletableFuture<?>> underWay = new ConcurrentLinkedQueue<>();

		private final CompletableFuture<NamedTensors> result = new CompletableFuture<>();

		private Calls(@Nullable InferenceRequest request) {
			this.request = request;
		}

		private CompletableFuture<NamedTensors> start(NamedTensors inputs) {
			inputs.asMap().forEach((name, tensor) -> this.tensors.put(name, CompletableFuture.completedFuture(tensor)));
			EnsembleModel.this.plan.steps().forEach(this::start);
			Map<String, String> outputs = EnsembleModel.this.plan.outputs();
			all(outputs).thenAccept(this.result::complete);
			return this.result;
		}

		private void start(EnsembleStep step) {
			CompletableFuture<InferenceResult> call = all(step.inputMap()).thenCompose((inputs) -> infer(step, inputs));
			call.whenComplete((given, failure) -> {
				if (failure != null) {
					this.result.completeExceptionally(failure);
				}
			});
			step.outputMap()
				.forEach((output, tensor) -> this.tensors.put(tensor,
						call.thenApply((given) -> given.outputs().get(output))));
		}

		private CompletableFuture<InferenceResult> infer(EnsembleStep step, NamedTensors inputs) {
			if (this.result.isDone()) {
				return CompletableFuture.failedFuture(new CancellationException("the ensemble was given up"));
			}
			CompletableFuture<InferenceResult> call = EnsembleModel.this.service
				.infer(InferenceRequest.builder(step.model(), inputs)
					.version(step.version())
					.sequence((this.request != null) ? this.request.sequence() : null)
					.build());
			this.underWay.add(call);
			if (this.result.isDone()) {
				call.cancel(false);
			}
			return call;
		}

		private CompletableFuture<NamedTensors> all(Map<String, String> names) {
			Map<String, CompletableFuture<Tensor>> wanted = new LinkedHashMap<>();
			names.forEach((name, tensor) -> wanted.put(name, Objects.requireNonNull(this.tensors.get(tensor))));
			return CompletableFuture.allOf(wanted.values().toArray(CompletableFuture[]::new)).thenApply((done) -> {
				Map<String, Tensor> values = new LinkedHashMap<>();
				wanted.forEach((name, tensor) -> values.put(name, tensor.join()));
				return NamedTensors.of(values);
			});
		}

		private void cancel() {
			this.result.cancel(false);
			this.underWay.forEach((call) -> call.cancel(false));
		}

	}

}
