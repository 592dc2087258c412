package io.modelserving.openinference.grpc;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.modelserving.grpc.ModelInferRequest;
import io.modelserving.grpc.ModelStreamInferResponse;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.openinference.FakeModels;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.tensor.NamedTensors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests {@link InferenceStream} by streams to a server that allows 2 unanswered calls.
 */
@GrpcTest
class StreamGrpcTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final FakeModels models;

	private final OpenInferenceGrpcService service;

	private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();

	StreamGrpcTests(@Autowired FakeModels models, @Autowired OpenInferenceGrpcService service) {
		this.models = models;
		this.service = service;
	}

	@BeforeEach
	void addModel() {
		this.models.reset();
		this.models.add(new ModelKey("echo", 1), new ModelSignature(List.of(), List.of()), NamedTensors.of(Map.of()));
	}

	/** Has calls end when the test says so. */
	private void holdCalls() {
		this.models.answer((request) -> {
			Call call = new Call(request, new CompletableFuture<>());
			this.calls.add(call);
			return call.result();
		});
	}

	private void answer(Call call) {
		call.result().complete(this.models.echo(call.request()).join());
	}

	private Call nextCall() throws InterruptedException {
		Call call = this.calls.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		assertThat(call).isNotNull();
		return call;
	}

	@Test
	void eachMessageIsAnsweredUntilTheClientIsDone(GrpcCaller grpc) throws Exception {
		Answers answers = new Answers();
		StreamObserver<ModelInferRequest> stream = grpc.async().modelStreamInfer(answers);
		for (int i = 0; i < 10; i++) {
			stream.onNext(Messages.request("call " + i, i).build());
		}
		stream.onCompleted();
		for (int i = 0; i < 10; i++) {
			ModelStreamInferResponse answer = answers.next();
			assertThat(answer.getErrorMessage()).isEmpty();
			assertThat(answer.getInferResponse().getId()).isEqualTo("call " + i);
			assertThat(answer.getInferResponse().getRawOutputContents(0)).isEqualTo(Messages.floats(i));
			assertThat(answer.getInferResponse().getParametersMap()).isEmpty();
		}
		assertThat(answers.end()).isEqualTo(Status.OK);
	}

	@Test
	void answersKeepTheOrderOfTheMessagesWhateverEndsFirst(GrpcCaller grpc) throws Exception {
		holdCalls();
		Answers answers = new Answers();
		StreamObserver<ModelInferRequest> stream = grpc.async().modelStreamInfer(answers);
		stream.onNext(Messages.request("first", 1).build());
		stream.onNext(Messages.request("second", 2).build());
		Call first = nextCall();
		answer(nextCall());
		assertThat(answers.isEmpty()).isTrue();
		answer(first);
		assertThat(answers.next().getInferResponse().getId()).isEqualTo("first");
		assertThat(answers.next().getInferResponse().getId()).isEqualTo("second");
		stream.onCompleted();
		assertThat(answers.end()).isEqualTo(Status.OK);
	}

	@Test
	void messagesBeyondTheLimitWaitForAnAnswer(GrpcCaller grpc) throws Exception {
		holdCalls();
		Answers answers = new Answers();
		StreamObserver<ModelInferRequest> stream = grpc.async().modelStreamInfer(answers);
		for (int i = 0; i < 3; i++) {
			stream.onNext(Messages.request("call " + i, i).build());
		}
		Call first = nextCall();
		nextCall();
		grpc.blocking().serverLive(io.modelserving.grpc.ServerLiveRequest.getDefaultInstance());
		assertThat(this.calls).isEmpty();
		answer(first);
		answers.next();
		assertThat(nextCall().request().inputs().numeric("x").toFloats()).containsExactly(2);
		stream.onError(Status.CANCELLED.asException());
	}

	@Test
	void failuresAreToldInTheirPlaceAndTheStreamGoesOn(GrpcCaller grpc) throws Exception {
		Answers answers = new Answers();
		StreamObserver<ModelInferRequest> stream = grpc.async().modelStreamInfer(answers);
		stream.onNext(Messages.request("bad", 1).setModelName("unknown").build());
		stream.onNext(Messages.request("good", 2).build());
		ModelStreamInferResponse failure = answers.next();
		assertThat(failure.getErrorMessage()).isEqualTo("unknown model \"unknown\"; there is \"echo\"");
		assertThat(failure.getInferResponse().getId()).isEqualTo("bad");
		assertThat(answers.next().getInferResponse().getId()).isEqualTo("good");
		stream.onCompleted();
		assertThat(answers.end()).isEqualTo(Status.OK);
	}

	@Test
	void whenClientWantsItThenFailureEndsTheStreamWithItsStatus(GrpcCaller grpc) throws Exception {
		Metadata headers = new Metadata();
		headers.put(Metadata.Key.of("triton_grpc_error", Metadata.ASCII_STRING_MARSHALLER), "true");
		Answers answers = new Answers();
		StreamObserver<ModelInferRequest> stream = grpc.async()
			.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
			.modelStreamInfer(answers);
		stream.onNext(Messages.request("bad", 1).setModelName("unknown").build());
		Status status = answers.end();
		assertThat(status.getCode()).isEqualTo(Status.Code.NOT_FOUND);
		assertThat(status.getDescription()).isEqualTo("unknown model \"unknown\"; there is \"echo\"");
	}

	@Test
	void whenClientWantsItThenAnswerSaysThatItIsTheLast(GrpcCaller grpc) throws Exception {
		Answers answers = new Answers();
		StreamObserver<ModelInferRequest> stream = grpc.async().modelStreamInfer(answers);
		stream.onNext(Messages.request("", 1)
			.putParameters("triton_enable_empty_final_response", Messages.parameter(true))
			.build());
		assertThat(answers.next().getInferResponse().getParametersOrThrow("triton_final_response").getBoolParam())
			.isTrue();
		stream.onCompleted();
	}

	@Test
	void whenClientGoesThenItsCallsAreGivenUp(GrpcCaller grpc) throws Exception {
		holdCalls();
		StreamObserver<ModelInferRequest> stream = grpc.async().modelStreamInfer(new Answers());
		stream.onNext(Messages.request("first", 1).build());
		stream.onNext(Messages.request("second", 2).build());
		CompletableFuture<InferenceResult> first = nextCall().result();
		CompletableFuture<InferenceResult> second = nextCall().result();
		stream.onError(Status.CANCELLED.asException());
		assertThat(first).failsWithin(TIMEOUT);
		assertThat(second).failsWithin(TIMEOUT);
		assertThat(first).isCancelled();
	}

	@Test
	void whenServerDrainsThenWhatWasTakenIsAnsweredAndTheStreamEnds(GrpcCaller grpc) throws Exception {
		holdCalls();
		Answers answers = new Answers();
		StreamObserver<ModelInferRequest> stream = grpc.async().modelStreamInfer(answers);
		stream.onNext(Messages.request("taken", 1).build());
		Call call = nextCall();
		this.service.drain(TIMEOUT);
		answer(call);
		assertThat(answers.next().getInferResponse().getId()).isEqualTo("taken");
		Status status = answers.end();
		assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
		assertThat(status.getDescription()).isEqualTo("the application is shutting down");
	}

	@Test
	void whenServerDrainsWhileCallStartsThenItIsAnswered(GrpcCaller grpc) throws Exception {
		this.models.answer((request) -> {
			this.service.drain(TIMEOUT);
			return this.models.echo(request);
		});
		Answers answers = new Answers();
		StreamObserver<ModelInferRequest> stream = grpc.async().modelStreamInfer(answers);
		stream.onNext(Messages.request("starting", 1).build());
		assertThat(answers.next().getInferResponse().getId()).isEqualTo("starting");
		assertThat(answers.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
	}

	private record Call(InferenceRequest request, CompletableFuture<InferenceResult> result) {
	}

	/** What a client gets. */
	private static final class Answers implements StreamObserver<ModelStreamInferResponse> {

		private final BlockingQueue<ModelStreamInferResponse> answers = new LinkedBlockingQueue<>();

		private final CompletableFuture<Status> end = new CompletableFuture<>();

		boolean isEmpty() {
			return this.answers.isEmpty();
		}

		ModelStreamInferResponse next() throws InterruptedException {
			ModelStreamInferResponse answer = this.answers.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			assertThat(answer).isNotNull();
			return answer;
		}

		Status end() {
			return this.end.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
		}

		@Override
		public void onNext(ModelStreamInferResponse answer) {
			this.answers.add(answer);
		}

		@Override
		public void onError(Throwable failure) {
			this.end.complete(((StatusRuntimeException) failure).getStatus());
		}

		@Override
		public void onCompleted() {
			this.end.complete(Status.OK);
		}

	}

}
