package io.modelserving.openinference.grpc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.modelserving.autoconfigure.StubModels;
import io.modelserving.autoconfigure.openinference.OpenInferenceHttpAutoConfiguration;
import io.modelserving.grpc.ModelConfigRequest;
import io.modelserving.grpc.ModelInferRequest;
import io.modelserving.grpc.ModelInferRequest.InferInputTensor;
import io.modelserving.grpc.ModelInferRequest.InferRequestedOutputTensor;
import io.modelserving.grpc.ModelInferResponse;
import io.modelserving.grpc.ModelReadyRequest;
import io.modelserving.grpc.ModelStreamInferResponse;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.stream.EventSink;
import io.modelserving.serving.stream.ModelCalls;
import io.modelserving.serving.stream.StreamClosedException;
import io.modelserving.serving.stream.StreamOutcome;
import io.modelserving.serving.stream.StreamingModel;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests streams of a decoupled model, which is a bean of the application.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE, properties = "model-serving.grpc.send-timeout=200ms")
@ExtendWith(GrpcCaller.Extension.class)
@Timeout(120)
class DecoupledGrpcTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final Countdown model;

	private final OpenInferenceGrpcService grpcService;

	private final InferenceService service;

	DecoupledGrpcTests(@Autowired Countdown model, @Autowired OpenInferenceGrpcService grpcService,
			@Autowired InferenceService service, @Autowired ModelRegistry registry) {
		this.model = model;
		this.grpcService = grpcService;
		this.service = service;
		while (!registry.find(new ModelKey("countdown", 1)).orElseThrow().status().isAvailable()) {
			Thread.onSpinWait();
		}
	}

	@BeforeEach
	void reset() {
		this.model.closed.clear();
		this.model.hold = new CountDownLatch(1);
	}

	private static ModelInferRequest.Builder request(String id, String what, int from) {
		ByteString number = ByteString
			.copyFrom(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, from));
		ByteString text = ByteString.copyFrom(ByteBuffer.allocate(4 + what.length())
			.order(ByteOrder.LITTLE_ENDIAN)
			.putInt(what.length())
			.put(what.getBytes())
			.flip());
		return ModelInferRequest.newBuilder()
			.setModelName("countdown")
			.setId(id)
			.addInputs(InferInputTensor.newBuilder().setName("what").setDatatype("BYTES").addShape(1))
			.addInputs(InferInputTensor.newBuilder().setName("from").setDatatype("FP32").addShape(1).addShape(1))
			.addRawInputContents(text)
			.addRawInputContents(number);
	}

	private static ModelInferRequest.Builder wantsFinal(ModelInferRequest.Builder request) {
		return request.putParameters("triton_enable_empty_final_response", Messages.parameter(true));
	}

	private static float value(ModelStreamInferResponse response) {
		assertThat(response.getErrorMessage()).isEmpty();
		return response.getInferResponse()
			.getRawOutputContents(0)
			.asReadOnlyByteBuffer()
			.order(ByteOrder.LITTLE_ENDIAN)
			.getFloat();
	}

	private static boolean isFinal(ModelStreamInferResponse response) {
		return response.getInferResponse().getParametersOrThrow("triton_final_response").getBoolParam();
	}

	@Test
	void eachResultIsAResponseAndTheLastOneIsEmptyWhereTheClientWantsIt(GrpcCaller grpc) throws Exception {
		Responses responses = new Responses();
		StreamObserver<ModelInferRequest> stream = grpc.async().modelStreamInfer(responses);
		stream.onNext(wantsFinal(request("a", "count", 3)).build());
		for (int expected = 3; expected > 0; expected--) {
			ModelStreamInferResponse response = responses.next();
			assertThat(value(response)).isEqualTo(expected);
			assertThat(response.getInferResponse().getId()).isEqualTo("a");
			assertThat(response.getInferResponse().getModelVersion()).isEqualTo("1");
			assertThat(isFinal(response)).isFalse();
		}
		ModelStreamInferResponse last = responses.next();
		assertThat(last.getErrorMessage()).isEmpty();
		assertThat(last.getInferResponse().getId()).isEqualTo("a");
		assertThat(last.getInferResponse().getModelName()).isEqualTo("countdown");
		assertThat(last.getInferResponse().getOutputsList()).isEmpty();
		assertThat(isFinal(last)).isTrue();
		stream.onNext(request("none", "count", 0).build());
		stream.onNext(request("b", "count", 1).addOutputs(output("value")).build());
		ModelInferResponse only = responses.next().getInferResponse();
		assertThat(only.getId()).isEqualTo("b");
		assertThat(only.getOutputsList()).extracting("name").containsExactly("value");
		assertThat(only.getParametersMap()).isEmpty();
		stream.onCompleted();
		assertThat(responses.end()).isEqualTo(Status.OK);
		assertThat(responses.isEmpty()).isTrue();
	}

	private static InferRequestedOutputTensor output(String name) {
		return InferRequestedOutputTensor.newBuilder().setName(name).build();
	}

	@Test
	void clientsSeeADecoupledModel(GrpcCaller grpc) {
		assertThat(grpc.blocking()
			.modelConfig(ModelConfigRequest.newBuilder().setName("countdown").build())
			.getConfig()
			.getModelTransactionPolicy()
			.getDecoupled()).isTrue();
		assertThat(grpc.blocking()
			.modelConfig(ModelConfigRequest.newBuilder().setName("echo").build())
			.getConfig()
			.hasModelTransactionPolicy()).isFalse();
		assertThat(grpc.blocking().modelReady(ModelReadyRequest.newBuilder().setName("countdown").build()).getReady())
			.isTrue();
	}

	@Test
	void aCallWithOneResponseIsRejected(GrpcCaller grpc) {
		StatusRuntimeException failure = GrpcCaller
			.assertFails(() -> grpc.blocking().modelInfer(request("", "count", 1).build()), Status.Code.UNIMPLEMENTED);
		assertThat(failure.getStatus().getDescription())
			.isEqualTo("ModelInfer RPC doesn't support models with decoupled transaction policy");
		NamedTensors inputs = NamedTensors.of("what", Tensor.of(Shape.of(1), "count"), "from",
				Tensor.of(Shape.of(1, 1), 1f));
		assertThat(this.service.infer(InferenceRequest.of("countdown", inputs))).failsWithin(TIMEOUT)
			.withThrowableThat()
			.withCauseInstanceOf(InvalidInput.class)
			.withMessageContaining("ModelStreamInfer");
	}

	@Test
	void aCallThatFailsIsAnErrorInItsPlaceAndTheStreamGoesOn(GrpcCaller grpc) throws Exception {
		Responses responses = new Responses();
		StreamObserver<ModelInferRequest> stream = grpc.async().modelStreamInfer(responses);
		stream.onNext(wantsFinal(request("bug", "bug", 1)).build());
		assertThat(value(responses.next())).isEqualTo(1);
		ModelStreamInferResponse bug = responses.next();
		assertThat(bug.getErrorMessage()).startsWith("the model failed (error id ");
		assertThat(bug.getInferResponse().getId()).isEqualTo("bug");
		assertThat(isFinal(bug)).isTrue();
		stream.onNext(request("reject", "reject", 1).build());
		assertThat(responses.next().getErrorMessage()).isEqualTo("count to what?");
		stream.onNext(request("late", "reject later", 1).build());
		assertThat(value(responses.next())).isEqualTo(1);
		assertThat(responses.next().getErrorMessage()).startsWith("the model failed (error id ");
		stream.onNext(request("wrong", "wrong", 1).build());
		assertThat(responses.next().getErrorMessage())
			.contains("whose output \"value\" is missing; its signature says FP32[-1, 1]");
		stream.onNext(request("inner", "wrong call", 1).build());
		assertThat(responses.next().getErrorMessage()).contains("made inputs that model \"echo\" does not take");
		stream.onNext(request("shape", "count", 1).removeInputs(0).build());
		assertThat(responses.next().getErrorMessage()).isNotEmpty();
		stream.onNext(request("good", "count", 1).build());
		assertThat(value(responses.next())).isEqualTo(1);
		stream.onCompleted();
		assertThat(responses.end()).isEqualTo(Status.OK);
	}

	@Test
	void callsShareTheStreamAndAreSentAsTheyCome(GrpcCaller grpc) throws Exception {
		Responses responses = new Responses();
		StreamObserver<ModelInferRequest> stream = grpc.async().modelStreamInfer(responses);
		stream.onNext(request("held", "hold", 1).build());
		assertThat(value(responses.next())).isEqualTo(1);
		stream.onNext(Messages.request("echo", 7)
			.setModelName("echo")
			.setInputs(0, InferInputTensor.newBuilder().setName("x").setDatatype("FP32").addShape(1).addShape(1))
			.build());
		assertThat(responses.next().getInferResponse().getId()).isEqualTo("echo");
		stream.onNext(request("other", "count", 1).build());
		assertThat(responses.next().getInferResponse().getId()).isEqualTo("other");
		this.model.hold.countDown();
		assertThat(responses.next().getInferResponse().getId()).isEqualTo("held");
		stream.onCompleted();
		assertThat(responses.end()).isEqualTo(Status.OK);
	}

	@Test
	void whenClientGoesThenTheWorkStopsAtOnce(GrpcCaller grpc) throws Exception {
		Responses responses = new Responses();
		StreamObserver<ModelInferRequest> stream = grpc.async().modelStreamInfer(responses);
		stream.onNext(request("held", "hold", 1).build());
		responses.next();
		stream.onError(Status.CANCELLED.asException());
		assertThat(this.model.closed()).isInstanceOf(InterruptedException.class);
	}

	@Test
	void whenClientGoesWhileTheModelIsCalledThenThatCallIsCancelled(GrpcCaller grpc) throws Exception {
		Responses responses = new Responses();
		StreamObserver<ModelInferRequest> stream = grpc.async().modelStreamInfer(responses);
		stream.onNext(request("blocks", "block", 1).build());
		responses.next();
		assertThat(Application.running.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		stream.onError(Status.CANCELLED.asException());
		assertThat(this.model.closed()).isInstanceOfSatisfying(StreamClosedException.class,
				(ex) -> assertThat(ex.outcome()).isEqualTo(StreamOutcome.CLIENT_DISCONNECT));
		Application.finish.countDown();
	}

	@Test
	void whenTimeIsOverThenTheCallEndsWithAnError(GrpcCaller grpc) throws Exception {
		Responses responses = new Responses();
		StreamObserver<ModelInferRequest> stream = grpc.async().modelStreamInfer(responses);
		stream.onNext(request("held", "hold", 1).putParameters("timeout", Messages.parameter(50_000L)).build());
		assertThat(value(responses.next())).isEqualTo(1);
		assertThat(responses.next().getErrorMessage()).contains("deadline of 50 ms");
		assertThat(this.model.closed()).isInstanceOf(InterruptedException.class);
		stream.onCompleted();
		assertThat(responses.end()).isEqualTo(Status.OK);
	}

	@Test
	void whenClientDoesNotReadThenTheStreamEnds(GrpcCaller grpc) throws Exception {
		Responses responses = new Responses(1);
		StreamObserver<ModelInferRequest> stream = grpc.async().modelStreamInfer(responses);
		stream.onNext(request("much", "endless", 1).build());
		assertThat(this.model.closed()).isInstanceOf(StreamClosedException.class);
		responses.readOn();
		Status end = responses.end();
		assertThat(end.getCode()).isEqualTo(Status.Code.CANCELLED);
		assertThat(end.getDescription()).contains("model-serving.grpc.send-timeout");
	}

	@Test
	void whenClientReadsSlowlyThenTheModelWaits(GrpcCaller grpc) throws Exception {
		Responses responses = new Responses(1);
		StreamObserver<ModelInferRequest> stream = grpc.async().modelStreamInfer(responses);
		stream.onNext(request("much", "count", 500).build());
		for (int expected = 500; expected > 0; expected--) {
			assertThat(value(responses.next())).isEqualTo(expected);
			responses.readOne();
		}
		stream.onCompleted();
		assertThat(responses.end()).isEqualTo(Status.OK);
	}

	@Test
	void whenServerDrainsThenCallsMayEndUntilTimeIsOver(GrpcCaller grpc) throws Exception {
		Responses responses = new Responses();
		StreamObserver<ModelInferRequest> stream = grpc.async().modelStreamInfer(responses);
		stream.onNext(request("held", "hold", 1).build());
		responses.next();
		this.grpcService.drain(TIMEOUT);
		this.model.hold.countDown();
		assertThat(value(responses.next())).isEqualTo(0);
		assertThat(responses.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
	}

	@Test
	void whenDrainingTakesTooLongThenCallsEndWithAnError(GrpcCaller grpc) throws Exception {
		Responses responses = new Responses();
		StreamObserver<ModelInferRequest> stream = grpc.async().modelStreamInfer(responses);
		stream.onNext(wantsFinal(request("held", "hold", 1)).build());
		responses.next();
		this.grpcService.drain(Duration.ZERO);
		ModelStreamInferResponse last = responses.next();
		assertThat(last.getErrorMessage()).isEqualTo("the application is shutting down");
		assertThat(isFinal(last)).isTrue();
		assertThat(responses.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
		assertThat(this.model.closed()).isInstanceOf(InterruptedException.class);
	}

	/** What a client gets. */
	private static final class Responses
			implements ClientResponseObserver<ModelInferRequest, ModelStreamInferResponse> {

		private final int initial;

		private final BlockingQueue<ModelStreamInferResponse> responses = new LinkedBlockingQueue<>();

		private final CompletableFuture<Status> end = new CompletableFuture<>();

		private volatile ClientCallStreamObserver<ModelInferRequest> stream;

		Responses() {
			this(Integer.MAX_VALUE);
		}

		Responses(int initial) {
			this.initial = initial;
		}

		@Override
		public void beforeStart(ClientCallStreamObserver<ModelInferRequest> requests) {
			this.stream = requests;
			requests.disableAutoRequestWithInitial(this.initial);
		}

		void readOne() {
			this.stream.request(1);
		}

		void readOn() {
			this.stream.request(Integer.MAX_VALUE);
		}

		boolean isEmpty() {
			return this.responses.isEmpty();
		}

		ModelStreamInferResponse next() throws InterruptedException {
			ModelStreamInferResponse response = this.responses.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			assertThat(response).as("response; the stream: %s", this.end).isNotNull();
			return response;
		}

		Status end() {
			return this.end.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
		}

		@Override
		public void onNext(ModelStreamInferResponse response) {
			this.responses.add(response);
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

	/** Counts down, by a model that gives back what it gets. */
	static final class Countdown implements StreamingModel {

		private final BlockingQueue<Exception> closed = new LinkedBlockingQueue<>();

		private volatile CountDownLatch hold = new CountDownLatch(1);

		Exception closed() throws InterruptedException {
			return this.closed.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		}

		@Override
		public String name() {
			return "countdown";
		}

		@Override
		public String model() {
			return "echo";
		}

		@Override
		public ModelSignature signature() {
			return new ModelSignature(
					List.of(TensorSpec.of("what", DataType.BYTES, Shape.of(1)),
							TensorSpec.of("from", DataType.FP32, Shape.of(-1, 1))),
					List.of(TensorSpec.of("value", DataType.FP32, Shape.of(-1, 1))));
		}

		@Override
		public void infer(NamedTensors inputs, ModelCalls echo, EventSink<NamedTensors> results) throws Exception {
			String what = inputs.strings("what").elements().get(0);
			float from = inputs.numeric("from").toFloats()[0];
			if (what.equals("reject")) {
				throw new IllegalArgumentException("count to what?");
			}
			if (what.startsWith("wrong")) {
				wrong(what, echo, results);
			}
			try {
				do {
					for (float value = from; value > 0; value--) {
						NamedTensors outputs = echo.infer(StubModels.row(value));
						results.send(NamedTensors.of("value", outputs.get("y")));
					}
				}
				while (what.equals("endless"));
				if (what.equals("block")) {
					echo.infer(StubModels.row(StubModels.BLOCKING));
				}
				if (what.equals("hold")) {
					this.hold.await();
					results.send(NamedTensors.of("value", Tensor.of(Shape.of(1, 1), 0f)));
				}
			}
			catch (InterruptedException | StreamClosedException ex) {
				this.closed.add(ex);
				throw ex;
			}
			if (what.equals("bug")) {
				throw new IllegalStateException("a secret");
			}
			if (what.equals("reject later")) {
				throw new IllegalArgumentException("a secret");
			}
		}

		private static void wrong(String what, ModelCalls echo, EventSink<NamedTensors> results) {
			if (what.equals("wrong call")) {
				echo.infer(NamedTensors.of("unknown", Tensor.of(Shape.of(1), 1f)));
			}
			results.send(NamedTensors.of("other", Tensor.of(Shape.of(1), 1f)));
		}

	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = OpenInferenceHttpAutoConfiguration.class)
	static class Application {

		static CountDownLatch running = new CountDownLatch(1);

		static CountDownLatch finish = new CountDownLatch(1);

		@Bean
		ModelDefinition echo() {
			return StubModels.definition("echo", true, (file, resources) -> StubModels.blocking(running, finish));
		}

		@Bean
		Countdown countdown() {
			return new Countdown();
		}

	}

}
