package io.modelserving.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.Deadline;
import io.modelserving.model.InferenceException;
import io.modelserving.model.InferenceException.ExecutionFailed;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Model;
import io.modelserving.model.ModelMetadata;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.Quoted;
import io.modelserving.model.RunControl;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceRequest.Origin;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.stream.EventSink;
import io.modelserving.serving.stream.ModelCalls;
import io.modelserving.serving.stream.StreamClosedException;
import io.modelserving.serving.stream.StreamOutcome;
import io.modelserving.serving.stream.StreamingModel;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;
import io.modelserving.tensor.Workspace;

/**
 * A streaming model as a model: a run sends its results to the sink of its call, and
 * gives no outputs itself. Thread-safe.
 *
 * @param code makes the results
 * @param metadata what is said of the model
 * @param service runs the model that it calls
 * @param nanoTime gives the current nanosecond time
 */
record DecoupledModel(StreamingModel code, ModelSignature signature, ModelMetadata metadata, InferenceService service,
		LongSupplier nanoTime) implements Model {

	private static final NamedTensors NONE = NamedTensors.of(Map.of());

	@Override
	public NamedTensors run(NamedTensors inputs, Workspace workspace) {
		return run(inputs, workspace, new RunControl());
	}

	@Override
	public NamedTensors run(NamedTensors inputs, Workspace workspace, RunControl control) {
		signature().check(inputs);
		InferenceRequest request = control.call(InferenceRequest.class);
		if (request == null || request.responses() == null) {
			throw new InvalidInput("the results are given to a stream only");
		}
		Run run = new Run(request, request.responses());
		control.onTerminate(run::end);
		try {
			// a run that is given up may leave a call behind that still reads its inputs
			this.code.infer(EnsembleModel.copied(inputs), run.calls(), run);
			return NONE;
		}
		catch (Exception | LinkageError | StackOverflowError | AssertionError ex) {
			throw run.failure(ex);
		}
		finally {
			control.ended();
			run.end();
			// set by the termination, of no use to the next run of this thread
			Thread.interrupted();
		}
	}

	@Override
	public void close() {
	}

	/**
	 * One run. The thread of the run and its helpers send and wait, any thread ends it.
	 */
	private final class Run implements EventSink<NamedTensors>, WaitingCalls.Waiting {

		private final InferenceRequest request;

		private final EventSink<NamedTensors> sink;

		private final Thread thread = Thread.currentThread();

		private final Set<CompletableFuture<?>> calls = ConcurrentHashMap.newKeySet();

		private volatile boolean begun;

		private volatile boolean ended;

		private Run(InferenceRequest request, EventSink<NamedTensors> sink) {
			this.request = request;
			this.sink = sink;
		}

		private ModelCalls calls() {
			return new WaitingCalls(DecoupledModel.this.code.model(), null, DecoupledModel.this.service,
					this.request.routingKey(), Origin.HANDLER, this::remaining, this, this::blame);
		}

		private Deadline remaining() {
			this.begun = true;
			requireOpen();
			long now = DecoupledModel.this.nanoTime.getAsLong();
			Deadline deadline = Objects.requireNonNullElse(this.request.deadline(), Deadline.NONE);
			return Deadline.after(Duration.ofNanos(deadline.remainingNanos(now)), now);
		}

		private void requireOpen() {
			if (this.ended) {
				Deadline deadline = this.request.deadline();
				boolean late = deadline != null && deadline.hasPassed(DecoupledModel.this.nanoTime.getAsLong());
				throw new StreamClosedException(
						late ? StreamOutcome.DEADLINE_EXCEEDED : StreamOutcome.CLIENT_DISCONNECT);
			}
		}

		@Override
		public void send(NamedTensors result) {
			this.begun = true;
			requireOpen();
			check(result);
			List<String> wanted = this.request.outputs();
			this.sink.send(wanted.isEmpty() ? result : result.select(wanted));
		}

		private void check(NamedTensors result) {
			List<TensorSpec> outputs = signature().outputs();
			for (TensorSpec output : outputs) {
				Tensor tensor = result.contains(output.name()) ? result.get(output.name()) : null;
				if (tensor == null || tensor.dataType() != output.dataType()
						|| !output.shape().accepts(tensor.shape())) {
					throw new ExecutionFailed(
							"%s sent a result whose output %s is %s; its signature says %s%s".formatted(name(),
									Quoted.name(output.name()), describe(tensor), output.dataType(), output.shape()),
							null);
				}
			}
			if (result.names().size() > outputs.size()) {
				throw new ExecutionFailed("%s sent a result with the outputs %s; its signature has %s".formatted(name(),
						result.names(), signature().outputNames()), null);
			}
		}

		private static String describe(@Nullable Tensor tensor) {
			return (tensor != null) ? "" + tensor.dataType() + tensor.shape() : "missing";
		}

		@Override
		public <T> T await(CompletableFuture<T> call) throws ExecutionException {
			this.calls.add(call);
			try {
				requireOpen();
				return call.get();
			}
			catch (StreamClosedException | CancellationException ex) {
				call.cancel(false);
				requireOpen();
				throw ex;
			}
			catch (InterruptedException ex) {
				call.cancel(false);
				Thread.currentThread().interrupt();
				requireOpen();
				throw new CancellationException("the thread of the model was interrupted");
			}
			finally {
				this.calls.remove(call);
			}
		}

		private void end() {
			this.ended = true;
			if (Thread.currentThread() != this.thread) {
				this.thread.interrupt();
			}
			this.calls.forEach((call) -> call.cancel(false));
		}

		private Throwable blame(Throwable failure) {
			return (failure instanceof InvalidInput invalid && !invalid.isByCaller())
					? new ExecutionFailed("%s made inputs that model %s does not take: %s".formatted(name(),
							Quoted.name(DecoupledModel.this.code.model()), invalid.getMessage()), invalid)
					: failure;
		}

		private RuntimeException failure(Throwable failure) {
			if (failure instanceof InferenceException known) {
				return known;
			}
			if (failure instanceof IllegalArgumentException && !this.begun) {
				return new InvalidInput(String.valueOf(failure.getMessage()), failure);
			}
			return new ExecutionFailed("the model failed", failure);
		}

		private String name() {
			return "model " + Quoted.name(DecoupledModel.this.code.name());
		}

	}

}
