package io.modelserving.openinference.grpc;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.modelserving.grpc.InferParameter;
import io.modelserving.grpc.ModelInferRequest;
import io.modelserving.grpc.ModelInferResponse;
import io.modelserving.grpc.ModelStreamInferResponse;
import io.modelserving.model.InferenceException.ModelUnavailable;

/**
 * One stream of calls. Each message runs when it arrives; the responses leave in the
 * order of the messages, and only as fast as the client takes them. The stream takes the
 * next message when a response has left, so never has more than its limit of calls open.
 * The error of a call that fails is sent in its place, and the stream goes on, unless the
 * client wants it to end with the status of the failure.
 * <p>
 * Messages arrive one after the other on threads of the transport, calls end on any
 * thread. All state is guarded by {@code this}, and responses are written under that
 * lock, which blocks nobody: writing only hands them to the transport. A call is started
 * without it; the stream does not end by itself while one starts.
 */
final class InferenceStream implements StreamObserver<PooledRequest> {

	private static final String WANTS_FINAL = "triton_enable_empty_final_response";

	private static final String IS_FINAL = "triton_final_response";

	private final Inference inference;

	private final ServerCallStreamObserver<ModelStreamInferResponse> responses;

	private final boolean failuresEndIt;

	private final Consumer<InferenceStream> onEnd;

	private final Deque<Call> calls = new ArrayDeque<>();

	private boolean starting;

	private boolean noMoreMessages;

	private boolean draining;

	private boolean ended;

	/**
	 * Create a stream.
	 * @param inference runs the models
	 * @param responses where the responses go
	 * @param failuresEndIt whether the first failure ends the stream with its status
	 * @param onEnd given the stream once, when it has ended
	 */
	InferenceStream(Inference inference, ServerCallStreamObserver<ModelStreamInferResponse> responses,
			boolean failuresEndIt, Consumer<InferenceStream> onEnd) {
		this.inference = inference;
		this.responses = responses;
		this.failuresEndIt = failuresEndIt;
		this.onEnd = onEnd;
	}

	/**
	 * Begin to take messages.
	 * @param limit the most calls that may be open
	 */
	void start(int limit) {
		this.responses.disableAutoRequest();
		this.responses.setOnReadyHandler(this::flush);
		this.responses.setOnCancelHandler(this::cancelCalls);
		this.responses.request(limit);
	}

	@Override
	public void onNext(PooledRequest request) {
		ModelInferRequest message = request.message();
		InferParameter wantsFinal = message.getParametersOrDefault(WANTS_FINAL, InferParameter.getDefaultInstance());
		synchronized (this) {
			if (this.ended || this.draining) {
				return;
			}
			this.starting = true;
		}
		Call call = new Call(message.getId(), wantsFinal.getBoolParam(), this.inference.run(request));
		synchronized (this) {
			this.starting = false;
			if (this.ended) {
				call.response().cancel(false);
				return;
			}
			this.calls.add(call);
		}
		call.response().whenComplete((response, failure) -> flush());
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

	private synchronized void flush() {
		while (!this.ended && this.responses.isReady() && !this.calls.isEmpty()
				&& this.calls.element().response().isDone()) {
			write(this.calls.remove());
		}
		if (!this.ended && !this.starting && this.calls.isEmpty()) {
			if (this.noMoreMessages) {
				end();
				this.responses.onCompleted();
			}
			else if (this.draining) {
				end();
				this.responses.onError(CallFailures
					.exception(new ModelUnavailable("the application is shutting down", Duration.ofSeconds(1))));
			}
		}
	}

	private void write(Call call) {
		ModelInferResponse response;
		try {
			response = call.response().join();
		}
		catch (RuntimeException ex) {
			writeFailure(call, CallFailures.describe(ex));
			return;
		}
		this.responses.onNext(ModelStreamInferResponse.newBuilder()
			.setInferResponse(call.wantsFinal() ? markFinal(response.toBuilder()).build() : response)
			.build());
		this.responses.request(1);
	}

	private void writeFailure(Call call, CallFailure failure) {
		if (this.failuresEndIt) {
			end();
			this.responses.onError(failure.toException());
			return;
		}
		ModelInferResponse.Builder response = ModelInferResponse.newBuilder().setId(call.id());
		this.responses.onNext(ModelStreamInferResponse.newBuilder()
			.setErrorMessage(failure.message())
			.setInferResponse(call.wantsFinal() ? markFinal(response) : response)
			.build());
		this.responses.request(1);
	}

	private static ModelInferResponse.Builder markFinal(ModelInferResponse.Builder response) {
		return response.putParameters(IS_FINAL, InferParameter.newBuilder().setBoolParam(true).build());
	}

	private synchronized void cancelCalls() {
		end();
	}

	private void end() {
		if (!this.ended) {
			this.ended = true;
			List<Call> open = List.copyOf(this.calls);
			this.calls.clear();
			open.forEach((call) -> call.response().cancel(false));
			this.onEnd.accept(this);
		}
	}

	/**
	 * A call whose response has not been sent.
	 *
	 * @param id the caller's name for it
	 * @param wantsFinal whether the last response shall say that it is the last
	 * @param response the response
	 */
	private record Call(String id, boolean wantsFinal, CompletableFuture<ModelInferResponse> response) {
	}

}
