package io.modelserving.openinference.grpc;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.modelserving.batching.DeadlineTimer;
import io.modelserving.grpc.InferParameter;
import io.modelserving.grpc.ModelInferRequest;
import io.modelserving.grpc.ModelInferResponse;
import io.modelserving.grpc.ModelStreamInferResponse;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.serving.stream.StreamClosedException;
import io.modelserving.serving.stream.StreamOutcome;

/**
 * One stream of calls. Each message runs when it arrives; the responses leave in the
 * order of the messages, and only as fast as the client takes them. Those of a decoupled
 * model leave as it sends them, whatever else waits. The stream takes the next message
 * when a call is complete, so never has more than its limit of calls open. The error of a
 * call that fails is sent in its place, and the stream goes on, unless the client wants
 * it to end with the status of the failure.
 * <p>
 * Messages arrive one after the other on threads of the transport, calls end on any
 * thread. All state is guarded by {@code this}, and responses are written under that
 * lock, which blocks nobody: writing only hands them to the transport. The thread of a
 * decoupled model waits on it while the client does not read. A call is started without
 * it; the stream does not end by itself while one starts.
 */
final class InferenceStream implements StreamObserver<PooledRequest> {

	private static final String WANTS_FINAL = "triton_enable_empty_final_response";

	private static final String IS_FINAL = "triton_final_response";

	private static final Duration SOON = Duration.ofSeconds(1);

	private final Inference inference;

	private final ServerCallStreamObserver<ModelStreamInferResponse> responses;

	private final boolean failuresEndIt;

	private final StreamLimits limits;

	private final DeadlineTimer timer;

	private final Consumer<InferenceStream> onEnd;

	private final Deque<Call> calls = new ArrayDeque<>();

	private boolean starting;

	private boolean noMoreMessages;

	private boolean draining;

	private boolean cutShort;

	private boolean ended;

	/**
	 * Create a stream.
	 * @param inference runs the models
	 * @param responses where the responses go
	 * @param failuresEndIt whether the first failure ends the stream with its status
	 * @param limits its limits
	 * @param timer ends it when its client does not read
	 * @param onEnd given the stream once, when it has ended
	 */
	InferenceStream(Inference inference, ServerCallStreamObserver<ModelStreamInferResponse> responses,
			boolean failuresEndIt, StreamLimits limits, DeadlineTimer timer, Consumer<InferenceStream> onEnd) {
		this.inference = inference;
		this.responses = responses;
		this.failuresEndIt = failuresEndIt;
		this.limits = limits;
		this.timer = timer;
		this.onEnd = onEnd;
	}

	/**
	 * Begin to take messages.
	 */
	void start() {
		this.responses.disableAutoRequest();
		this.responses.setOnReadyHandler(this::flush);
		this.responses.setOnCancelHandler(this::cancelCalls);
		this.responses.request(this.limits.maxCalls());
	}

	@Override
	public void onNext(PooledRequest request) {
		ModelInferRequest message = request.message();
		InferParameter wantsFinal = message.getParametersOrDefault(WANTS_FINAL, InferParameter.getDefaultInstance());
		synchronized (this) {
			if (this.ended || this.draining) {
				request.memory().release();
				return;
			}
			this.starting = true;
		}
		Call call = new Call(message.getId(), wantsFinal.getBoolParam());
		call.response = this.inference.run(request, call);
		boolean late;
		synchronized (this) {
			this.starting = false;
			if (this.ended) {
				call.response.cancel(false);
				return;
			}
			this.calls.add(call);
			late = this.cutShort && call.decoupled;
		}
		if (late) {
			call.response.completeExceptionally(shuttingDown());
		}
		call.response.whenComplete((response, failure) -> flush());
	}

	@Override
	public void onError(Throwable failure) {
		cancelCalls();
	}

	@Override
	public void onCompleted() {
		synchronized (this) {
			this.noMoreMessages = true;
		}
		flush();
	}

	/**
	 * Take no more messages, send the responses of those that were taken, and end.
	 */
	void drain() {
		synchronized (this) {
			this.draining = true;
		}
		flush();
	}

	/**
	 * Wait no longer for decoupled models, which is what draining may take for long.
	 */
	void cutShort() {
		List<Call> open;
		synchronized (this) {
			this.cutShort = true;
			open = this.calls.stream().filter((call) -> call.decoupled).toList();
		}
		open.forEach((call) -> call.response.completeExceptionally(shuttingDown()));
	}

	private static ModelUnavailable shuttingDown() {
		return new ModelUnavailable("the application is shutting down", SOON);
	}

	private synchronized void flush() {
		boolean inOrder = true;
		Iterator<Call> next = this.calls.iterator();
		while (!this.ended && this.responses.isReady() && next.hasNext()) {
			Call call = next.next();
			if (call.response.isDone() && (call.decoupled || inOrder)) {
				next.remove();
				write(call);
			}
			else {
				inOrder &= call.decoupled;
			}
		}
		if (!this.ended && !this.starting && this.calls.isEmpty()) {
			if (this.noMoreMessages) {
				end();
				this.responses.onCompleted();
			}
			else if (this.draining) {
				end();
				this.responses.onError(CallFailures.exception(shuttingDown()));
			}
		}
		notifyAll();
	}

	/** A call is complete. */
	private void write(Call call) {
		call.complete = true;
		ModelInferResponse response;
		try {
			response = call.response.join();
		}
		catch (RuntimeException ex) {
			writeFailure(call, CallFailures.describe(ex));
			return;
		}
		if (!call.decoupled || call.wantsFinal) {
			write(call.wantsFinal ? mark(response.toBuilder(), true).build() : response);
		}
		this.responses.request(1);
	}

	private void write(ModelInferResponse response) {
		this.responses.onNext(ModelStreamInferResponse.newBuilder().setInferResponse(response).build());
	}

	private void writeFailure(Call call, CallFailure failure) {
		if (this.failuresEndIt) {
			end();
			this.responses.onError(failure.toException());
			return;
		}
		ModelInferResponse.Builder response = ModelInferResponse.newBuilder().setId(call.id);
		this.responses.onNext(ModelStreamInferResponse.newBuilder()
			.setErrorMessage(failure.message())
			.setInferResponse(call.wantsFinal ? mark(response, true) : response)
			.build());
		this.responses.request(1);
	}

	private static ModelInferResponse.Builder mark(ModelInferResponse.Builder response, boolean last) {
		return response.putParameters(IS_FINAL, InferParameter.newBuilder().setBoolParam(last).build());
	}

	/** Send one of the results of a decoupled model, when the client reads. */
	private synchronized void send(Call call, ModelInferResponse result) {
		Runnable noTimeout = null;
		try {
			while (!this.ended && !call.complete && !this.responses.isReady()) {
				if (noTimeout == null) {
					noTimeout = this.timer.schedule(this.limits.sendTimeout().toNanos(), this::endIfNotReady);
				}
				wait();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new StreamClosedException(StreamOutcome.CLIENT_DISCONNECT);
		}
		finally {
			if (noTimeout != null) {
				noTimeout.run();
			}
		}
		if (this.ended || call.complete) {
			throw new StreamClosedException(StreamOutcome.CLIENT_DISCONNECT);
		}
		write(call.wantsFinal ? mark(result.toBuilder(), false).build() : result);
	}

	private synchronized void endIfNotReady() {
		if (!this.ended && !this.responses.isReady()) {
			end();
			this.responses.onError(Status.CANCELLED
				.withDescription("the client has read no response for %d ms (model-serving.grpc.send-timeout)"
					.formatted(this.limits.sendTimeout().toMillis()))
				.asRuntimeException());
		}
	}

	private synchronized void cancelCalls() {
		end();
	}

	private void end() {
		if (!this.ended) {
			this.ended = true;
			List<Call> open = List.copyOf(this.calls);
			this.calls.clear();
			open.forEach((call) -> call.response.cancel(false));
			notifyAll();
			this.onEnd.accept(this);
		}
	}

	/**
	 * A call that is not complete. Its sink is of use once its model is known to be a
	 * decoupled one.
	 */
	private final class Call implements Inference.ResponseSink {

		private final String id;

		private final boolean wantsFinal;

		private CompletableFuture<ModelInferResponse> response = new CompletableFuture<>();

		private volatile boolean decoupled;

		private boolean complete;

		/**
		 * Create a call.
		 * @param id the caller's name for it
		 * @param wantsFinal whether the last response shall say that it is the last
		 */
		private Call(String id, boolean wantsFinal) {
			this.id = id;
			this.wantsFinal = wantsFinal;
		}

		@Override
		public void decoupled() {
			this.decoupled = true;
		}

		@Override
		public void send(ModelInferResponse result) {
			InferenceStream.this.send(this, result);
		}

	}

}
