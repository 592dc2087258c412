package io.modelserving.openinference.grpc;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.google.protobuf.ByteString;
import com.google.rpc.RetryInfo;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.modelserving.grpc.GRPCInferenceServiceGrpc;
import io.modelserving.grpc.ModelInferRequest;
import io.modelserving.grpc.ModelInferRequest.InferRequestedOutputTensor;
import io.modelserving.grpc.ModelInferResponse;
import io.modelserving.model.InferenceException.Overloaded;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.openinference.FakeModels;
import io.modelserving.serving.InferenceRequest;
import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests {@link Inference} by calls of a server.
 */
@GrpcTest
class InferenceGrpcTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final FakeModels models;

	InferenceGrpcTests(@Autowired FakeModels models) {
		this.models = models;
	}

	@BeforeEach
	void addModel() {
		this.models.reset();
		ModelSignature signature = new ModelSignature(List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 1))),
				List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 1))));
		NamedTensors example = NamedTensors.of("x", Tensor.of(Shape.of(1, 1), 0f));
		this.models.add(new ModelKey("echo", 1), signature, example);
		this.models.add(new ModelKey("echo", 2), signature, example);
	}

	@ParameterizedTest
	@EnumSource(DataType.class)
	void rawElementsOfEveryTypeComeBackAsTheyWere(DataType type, GrpcCaller grpc) {
		ByteString elements = switch (type) {
			case BYTES -> Messages.strings("grün", "");
			case BOOL -> Messages.bytes(1, 0);
			default -> Messages.bytes(new java.util.Random(7).ints(2L * type.elementBytes()).toArray());
		};
		ModelInferResponse response = grpc.blocking()
			.modelInfer(ModelInferRequest.newBuilder()
				.setModelName("echo")
				.addInputs(Messages.input("x", type.name(), 2, 1))
				.addRawInputContents(elements)
				.build());
		assertThat(response.getOutputs(0).getDatatype()).isEqualTo(type.name());
		assertThat(response.getOutputs(0).getShapeList()).containsExactly(2L, 1L);
		assertThat(response.getRawOutputContentsList()).containsExactly(elements);
		assertThat(response.getOutputs(0).hasContents()).isFalse();
	}

	@Test
	void everyOutputHasItsRawContentsInOrder(GrpcCaller grpc) {
		ModelInferResponse response = grpc.blocking()
			.modelInfer(ModelInferRequest.newBuilder()
				.setModelName("echo")
				.addInputs(Messages.input("a", "INT8"))
				.addInputs(Messages.input("none", "FP64", 0, 4))
				.addInputs(Messages.input("b", "UINT16", 1))
				.addRawInputContents(Messages.bytes(7))
				.addRawInputContents(ByteString.EMPTY)
				.addRawInputContents(Messages.bytes(1, 2))
				.addOutputs(InferRequestedOutputTensor.newBuilder().setName("b"))
				.addOutputs(InferRequestedOutputTensor.newBuilder().setName("none"))
				.addOutputs(InferRequestedOutputTensor.newBuilder().setName("a"))
				.build());
		assertThat(response.getOutputsList()).extracting((output) -> output.getName())
			.containsExactly("b", "none", "a");
		assertThat(response.getRawOutputContentsList()).containsExactly(Messages.bytes(1, 2), ByteString.EMPTY,
				Messages.bytes(7));
	}

	@Test
	void typedContentsAreAnsweredRaw(GrpcCaller grpc) {
		ModelInferResponse response = grpc.blocking()
			.modelInfer(ModelInferRequest.newBuilder()
				.setModelName("echo")
				.addInputs(Messages.input(DataType.FP32, new long[] { 2 },
						(contents) -> contents.addFp32Contents(1.5f).addFp32Contents(-2)))
				.build());
		assertThat(response.getRawOutputContentsList()).containsExactly(Messages.floats(1.5f, -2));
	}

	@Test
	void answerNamesItsRequestAndWhoGaveIt(GrpcCaller grpc) {
		ModelInferResponse response = grpc.blocking()
			.modelInfer(Messages.request("call 7", 1).setModelVersion("2").build());
		assertThat(response.getId()).isEqualTo("call 7");
		assertThat(response.getModelName()).isEqualTo("echo");
		assertThat(response.getModelVersion()).isEqualTo("2");
	}

	@Test
	void parametersReachTheCall(GrpcCaller grpc) {
		this.models.route("echo", new Traffic(null, new TreeMap<>(), null, "X-User", new TreeMap<>(), null));
		Metadata headers = new Metadata();
		headers.put(Metadata.Key.of("x-user", Metadata.ASCII_STRING_MARSHALLER), "ada");
		GRPCInferenceServiceGrpc.newBlockingStub(grpc.channel())
			.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
			.modelInfer(Messages.request("", 1)
				.putParameters("priority", Messages.parameter(2L))
				.putParameters("timeout", Messages.parameter(5_000_000L))
				.build());
		assertThat(this.models.requests()).singleElement().satisfies((request) -> {
			assertThat(request.priority()).isEqualTo(2);
			assertThat(request.deadline().timeout()).isEqualTo(Duration.ofSeconds(5));
			assertThat(request.routingKey()).isEqualTo("ada");
			assertThat(request.version()).isNull();
		});
	}

	@Test
	void classesTakeThePlaceOfScores(GrpcCaller grpc) {
		ModelInferResponse response = grpc.blocking()
			.modelInfer(ModelInferRequest.newBuilder()
				.setModelName("echo")
				.addInputs(Messages.input("x", "FP32", 1, 3))
				.addRawInputContents(Messages.floats(0.25f, 0.5f, 0.125f))
				.addOutputs(InferRequestedOutputTensor.newBuilder()
					.setName("x")
					.putParameters("classification", Messages.parameter(2L)))
				.build());
		assertThat(response.getOutputs(0).getDatatype()).isEqualTo("BYTES");
		assertThat(response.getOutputs(0).getShapeList()).containsExactly(1L, 2L);
		assertThat(response.getRawOutputContents(0).toStringUtf8()).contains(":1").contains(":0");
	}

	@Test
	void whenRequestMakesNoSenseThenItIsInvalid(GrpcCaller grpc) {
		assertInvalid(grpc, Messages.request("", 1).addRawInputContents(ByteString.EMPTY),
				"there are 2 raw_input_contents for 1 inputs; one for each is needed");
		assertInvalid(grpc, Messages.request("", 1).setInputs(0, Messages.input("x", "FLOAT", 1, 1)),
				"input \"x\": datatype \"FLOAT\" is none of");
		assertInvalid(grpc, Messages.request("", 1).setInputs(0, Messages.input("x", "FP32", 1, -1)),
				"input \"x\": dimension 1 of the shape is -1; it must be 0 to 2147483647");
		assertInvalid(grpc, Messages.request("", 1).setInputs(0, Messages.input("x", "FP32", 1, 2)), "8");
		assertInvalid(grpc, Messages.request("", 1).putParameters("priority", Messages.parameter("high")),
				"parameter \"priority\" is high");
		assertThat(this.models.requests()).isEmpty();
	}

	private static void assertInvalid(GrpcCaller grpc, ModelInferRequest.Builder request, String message) {
		assertThat(
				GrpcCaller.assertFails(() -> grpc.blocking().modelInfer(request.build()), Status.Code.INVALID_ARGUMENT)
					.getStatus()
					.getDescription())
			.contains(message);
	}

	@Test
	void whenModelIsUnknownThenItIsNotFound(GrpcCaller grpc) {
		ModelInferRequest request = Messages.request("", 1).setModelName("ech").build();
		assertThat(GrpcCaller.assertFails(() -> grpc.blocking().modelInfer(request), Status.Code.NOT_FOUND)
			.getStatus()
			.getDescription()).isEqualTo("unknown model \"ech\"; there is \"echo\"");
	}

	@Test
	void whenServerIsOverloadedThenCallerIsToldWhenToComeBack(GrpcCaller grpc) {
		this.models.fail(new Overloaded("the queue is full", Duration.ofMillis(2500)));
		StatusRuntimeException failure = GrpcCaller.assertFails(
				() -> grpc.blocking().modelInfer(Messages.request("", 1).build()), Status.Code.RESOURCE_EXHAUSTED);
		assertThat(failure.getStatus().getDescription()).isEqualTo("the queue is full");
		assertThat(
				failure.getTrailers().get(Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER)))
			.isEqualTo("2500");
		assertThat(StatusProto.fromThrowable(failure).getDetailsList()).singleElement()
			.satisfies(
					(detail) -> assertThat(detail.unpack(RetryInfo.class).getRetryDelay().getSeconds()).isEqualTo(2));
	}

	@Test
	void whenServerFailsThenNothingInternalIsTold(GrpcCaller grpc) {
		this.models.fail(new IllegalStateException("/etc/secret"));
		assertThat(GrpcCaller
			.assertFails(() -> grpc.blocking().modelInfer(Messages.request("", 1).build()), Status.Code.INTERNAL)
			.getStatus()
			.getDescription()).matches("the server failed \\(error id [0-9a-f-]{36}\\)");
	}

	@Test
	void deadlineOfTheCallReachesTheQueue(GrpcCaller grpc) {
		GRPCInferenceServiceGrpc.newBlockingStub(grpc.channel())
			.withDeadlineAfter(90, TimeUnit.SECONDS)
			.modelInfer(Messages.request("", 1).build());
		assertThat(this.models.requests()).singleElement()
			.satisfies((request) -> assertThat(request.deadline().timeout()).isBetween(Duration.ofSeconds(1),
					Duration.ofSeconds(90)));
	}

	@Test
	void whenCallHasNoDeadlineThenNoneReachesTheQueue(GrpcCaller grpc) {
		GRPCInferenceServiceGrpc.newBlockingStub(grpc.channel()).modelInfer(Messages.request("", 1).build());
		assertThat(this.models.requests()).allMatch((request) -> request.deadline().isNone());
	}

	@Test
	void whenCallerCancelsThenTheCallIsGivenUp(GrpcCaller grpc) throws Exception {
		BlockingQueue<CompletableFuture<InferenceResult>> calls = new LinkedBlockingQueue<>();
		this.models.answer((request) -> {
			CompletableFuture<InferenceResult> call = new CompletableFuture<>();
			calls.add(call);
			return call;
		});
		var answer = GRPCInferenceServiceGrpc.newFutureStub(grpc.channel()).modelInfer(Messages.request("", 1).build());
		CompletableFuture<InferenceResult> call = calls.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		answer.cancel(true);
		assertThat(call).failsWithin(TIMEOUT);
		assertThat(call).isCancelled();
	}

	@ParameterizedTest
	@ValueSource(strings = { "gzip", "deflate" })
	void requestsMayBeCompressedAndAnswersAreAlike(String compression, GrpcCaller grpc) {
		Sniffer sniffer = new Sniffer("grpc-encoding");
		ModelInferResponse response = GRPCInferenceServiceGrpc.newBlockingStub(grpc.channel())
			.withInterceptors(sniffer)
			.withCompression(compression)
			.modelInfer(Messages.request("", 7).build());
		assertThat(response.getRawOutputContentsList()).containsExactly(Messages.floats(7));
		assertThat(sniffer.value()).isEqualTo(compression);
	}

	@ParameterizedTest
	@ValueSource(strings = { "identity", "gzip", "deflate" })
	void whenMessageInflatesBeyondTheLimitThenItIsRejected(String compression, GrpcCaller grpc) {
		ModelInferRequest request = ModelInferRequest.newBuilder()
			.setModelName("echo")
			.addInputs(Messages.input("x", "INT8", 1 << 20))
			.addRawInputContents(ByteString.copyFrom(new byte[1 << 20]))
			.build();
		assertThat(GrpcCaller
			.assertFails(() -> grpc.blocking().withCompression(compression).modelInfer(request),
					Status.Code.RESOURCE_EXHAUSTED)
			.getStatus()
			.getDescription()).contains("10240");
		assertThat(this.models.requests()).isEmpty();
	}

	@Test
	void whenMessageIsBrokenThenItIsInvalid(GrpcCaller grpc) {
		MethodDescriptor<byte[], ModelInferResponse> method = GRPCInferenceServiceGrpc.getModelInferMethod()
			.toBuilder(new RawMarshaller(), GRPCInferenceServiceGrpc.getModelInferMethod().getResponseMarshaller())
			.build();
		assertThat(GrpcCaller
			.assertFails(() -> ClientCalls.blockingUnaryCall(grpc.channel(), method, CallOptions.DEFAULT,
					new byte[] { 0x0a, 0x7f, 1 }), Status.Code.INVALID_ARGUMENT)
			.getStatus()
			.getDescription()).startsWith("the message is broken");
	}

	private static final class RawMarshaller implements MethodDescriptor.Marshaller<byte[]> {

		@Override
		public InputStream stream(byte[] value) {
			return new ByteArrayInputStream(value);
		}

		@Override
		public byte[] parse(InputStream stream) {
			throw new UnsupportedOperationException();
		}

	}

}
