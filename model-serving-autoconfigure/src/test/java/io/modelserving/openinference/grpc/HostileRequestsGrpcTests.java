package io.modelserving.openinference.grpc;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.grpc.Status;
import io.modelserving.Collisions;
import io.modelserving.grpc.InferParameter;
import io.modelserving.grpc.ModelInferRequest;
import io.modelserving.grpc.ModelInferRequest.InferRequestedOutputTensor;
import io.modelserving.grpc.ModelReadyRequest;
import io.modelserving.grpc.ModelRepositoryParameter;
import io.modelserving.grpc.RepositoryModelLoadRequest;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.openinference.FakeModels;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests that what a caller sends does neither take long to look at nor return at length:
 * clients reject trailers of more than 8 KB, and never see the status.
 */
@GrpcTest
@TestPropertySource(properties = "model-serving.grpc.max-request-size=40MB")
class HostileRequestsGrpcTests {

	private final FakeModels models;

	HostileRequestsGrpcTests(@Autowired FakeModels models) {
		this.models = models;
	}

	@BeforeEach
	void addModel() {
		this.models.reset();
		List<TensorSpec> specs = List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1, 1)));
		ModelSignature signature = new ModelSignature(specs, specs);
		this.models.add(new ModelKey("echo", 1), signature, NamedTensors.of("x", Tensor.of(Shape.of(1, 1), 0f)));
		this.models.answer((request) -> {
			signature.check(request.inputs());
			return this.models.echo(request);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "é", "尺", "\ud83d\ude00", "%", "\n", "\u0000", "\u202e", " ", "\u007f" })
	void whenNameHasMillionsOfCharactersThenTheStatusArrives(String character, GrpcCaller grpc) {
		String name = character.repeat(10_000_000 / character.getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
		ModelInferRequest request = Messages.request("", 1).setModelName(name).build();
		String description = GrpcCaller.assertFails(() -> grpc.blocking().modelInfer(request), Status.Code.NOT_FOUND)
			.getStatus()
			.getDescription();
		assertThat(description).startsWith("unknown model \"").hasSizeLessThan(700);
		GrpcCaller.assertFails(() -> grpc.blocking().modelReady(ModelReadyRequest.newBuilder().setName(name).build()),
				Status.Code.NOT_FOUND);
	}

	@Test
	void parametersThatCollideAreCounted(GrpcCaller grpc) {
		var few = Collisions.names(9).stream().collect(Collectors.toMap((name) -> name, (name) -> parameter()));
		assertThat(grpc.blocking().modelInfer(Messages.request("", 1).putAllParameters(few).build()).getOutputsCount())
			.isEqualTo(1);
		var many = Collisions.names(16).stream().collect(Collectors.toMap((name) -> name, (name) -> parameter()));
		ModelInferRequest.Builder request = Messages.request("", 1);
		assertRejected(grpc, request.clone().putAllParameters(many), "there are more than 1000 parameters");
		assertRejected(grpc,
				request.clone().addOutputs(InferRequestedOutputTensor.newBuilder().setName("x").putAllParameters(many)),
				"there are more than 1000 parameters");
	}

	private static InferParameter parameter() {
		return InferParameter.newBuilder().setInt64Param(1).build();
	}

	@Test
	void parametersOfLoadRequestAreCounted(GrpcCaller grpc) {
		var many = Collisions.names(16)
			.stream()
			.collect(Collectors.toMap((name) -> name,
					(name) -> ModelRepositoryParameter.newBuilder().setInt64Param(1).build()));
		GrpcCaller.assertFails(() -> grpc.blocking()
			.repositoryModelLoad(
					RepositoryModelLoadRequest.newBuilder().setModelName("echo").putAllParameters(many).build()),
				Status.Code.INVALID_ARGUMENT);
	}

	@Test
	void inputsAndOutputsAreCounted(GrpcCaller grpc) {
		ModelInferRequest.Builder inputs = ModelInferRequest.newBuilder().setModelName("echo");
		IntStream.range(0, 600_000).forEach((i) -> inputs.addInputs(Messages.input("input " + i, "FP32", 0)));
		assertRejected(grpc, inputs, "there are more than 10000 inputs");
		ModelInferRequest.Builder outputs = Messages.request("", 1);
		IntStream.range(0, 100_000)
			.forEach((i) -> outputs.addOutputs(InferRequestedOutputTensor.newBuilder().setName("output " + i)));
		assertRejected(grpc, outputs, "there are more than 10000 outputs");
	}

	@Test
	void unknownInputsAreListedUpToTen(GrpcCaller grpc) {
		ModelInferRequest.Builder inputs = ModelInferRequest.newBuilder().setModelName("echo");
		Collisions.names(13)
			.forEach((name) -> inputs.addInputs(Messages.input("\ud83d\ude00".repeat(60) + name, "FP32", 0)));
		assertRejected(grpc, inputs, "unknown input \"");
	}

	static Stream<Arguments> longRequests() {
		String name = "n".repeat(1_000_000);
		ModelInferRequest.Builder request = Messages.request("", 1);
		InferParameter text = Messages.parameter(name);
		return Stream.of(arguments(request.clone().setInputs(0, Messages.input(name, "FP32", 1, 1))),
				arguments(request.clone().setInputs(0, Messages.input("x", name, 1, 1))),
				arguments(request.clone().setInputs(0, Messages.input("x", "FP32", new long[5000]))),
				arguments(request.clone().setInputs(0, Messages.input(name, "FP32", -1))),
				arguments(request.clone().putParameters("timeout", text)),
				arguments(request.clone().putParameters("priority", text)),
				arguments(request.clone().putParameters("binary_data_output", text)),
				arguments(request.clone().addOutputs(output(name)).addOutputs(output(name))),
				arguments(request.clone().addOutputs(output("x").putParameters("classification", text))),
				arguments(request.clone()
					.addInputs(Messages.input(name, "FP32", 1, 1)
						.toBuilder()
						.putParameters("shared_memory_region", text))));
	}

	private static InferRequestedOutputTensor.Builder output(String name) {
		return InferRequestedOutputTensor.newBuilder().setName(name);
	}

	@ParameterizedTest
	@MethodSource("longRequests")
	void whatWasSentDoesNotReturnAtLength(ModelInferRequest.Builder request, GrpcCaller grpc) {
		assertRejected(grpc, request, "");
	}

	private static void assertRejected(GrpcCaller grpc, ModelInferRequest.Builder request, String message) {
		String description = GrpcCaller
			.assertFails(() -> grpc.blocking().modelInfer(request.build()), Status.Code.INVALID_ARGUMENT)
			.getStatus()
			.getDescription();
		assertThat(description).startsWith(message).doesNotContain("n".repeat(101)).hasSizeLessThan(2100);
	}

}
