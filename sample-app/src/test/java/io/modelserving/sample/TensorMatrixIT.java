package io.modelserving.sample;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.modelserving.grpc.GRPCInferenceServiceGrpc;
import io.modelserving.client.InferRequest;
import io.modelserving.client.OpenInferenceClient;
import io.modelserving.client.OpenInferenceClients;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.StringTensor;
import io.modelserving.tensor.Tensor;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that tensors of every element type and rank come back from a real model bit by
 * bit, in every way that the protocol has to send them.
 */
@ProtocolTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TensorMatrixIT {

	private static final List<Shape> SHAPES = List.of(Shape.of(), Shape.of(7), Shape.of(3, 0), Shape.of(2, 3, 1, 2),
			Shape.of(2, 0, 1, 2));

	private final OpenInferenceClient client;

	private final ManagedChannel channel;

	TensorMatrixIT(@LocalServerPort int port, @Autowired GrpcServerLifecycle grpc) {
		this.client = OpenInferenceClients.create("http://localhost:" + port);
		this.channel = ManagedChannelBuilder.forAddress("localhost", grpc.getPort()).usePlaintext().build();
		SampleClient.whenReady(port);
	}

	@AfterAll
	void closeChannel() {
		this.channel.shutdownNow();
	}

	static Stream<Arguments> cells() {
		return Arrays.stream(DataType.values())
			.flatMap(dataType -> SHAPES.stream()
				.flatMap(shape -> Arrays.stream(Way.values()).map(way -> Arguments.of(dataType, shape, way))));
	}

	@ParameterizedTest
	@MethodSource("cells")
	void whenTensorIsSentThenItComesBackBitByBit(DataType dataType, Shape shape, Way way) {
		boolean anyBits = way == Way.BINARY || way == Way.GRPC_RAW;
		Tensor tensor = tensor(dataType, shape, anyBits);
		String model = ProtocolModels.identity(dataType, shape.rank());
		boolean untyped = dataType == DataType.FP16 || dataType == DataType.BF16;
		if (way == Way.GRPC_TYPED && untyped && shape.elementCount() > 0) {
			assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> send(model, tensor, way))
				.satisfies(ex -> assertThat(ex.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT))
				.withMessageContaining("raw_input_contents");
			return;
		}
		Tensor answer = send(model, tensor, way);
		assertThat(answer.dataType()).isEqualTo(dataType);
		assertThat(answer.shape()).isEqualTo(shape);
		assertThat(content(answer)).isEqualTo(content(tensor));
	}

	private Tensor send(String model, Tensor tensor, Way way) {
		InferRequest request = InferRequest.of("x", tensor);
		return switch (way) {
			case JSON -> this.client.infer(model, request.asJson()).outputs().get("y");
			case BINARY -> this.client.infer(model, request).outputs().get("y");
			case GRPC_TYPED, GRPC_RAW -> GrpcTensors.read(GRPCInferenceServiceGrpc.newBlockingStub(this.channel)
				.modelInfer(GrpcTensors.request(model, tensor, way == Way.GRPC_RAW)));
		};
	}

	private static Object content(Tensor tensor) {
		return (tensor instanceof StringTensor strings) ? strings.elements() : ((NumericTensor) tensor).data();
	}

	/**
	 * Make a tensor of values at the ends of the type's range, or of any bits.
	 */
	private static Tensor tensor(DataType dataType, Shape shape, boolean anyBits) {
		int elements = Math.toIntExact(shape.elementCount());
		if (dataType == DataType.BYTES) {
			String[] texts = { "grüße", "", "\u0001\uffee", "\"\\\n", "x".repeat(300) };
			return Tensor.of(shape,
					Stream.iterate(0, i -> i + 1).limit(elements).map(i -> texts[i % 5]).toArray(String[]::new));
		}
		ByteBuffer data = ByteBuffer.allocate(elements * dataType.elementBytes()).order(ByteOrder.nativeOrder());
		if (anyBits) {
			new Random(dataType.ordinal()).nextBytes(data.array());
		}
		for (int i = 0; i < elements; i++) {
			putEdge(data, dataType, i, anyBits);
		}
		return Tensor.of(dataType, shape, data.clear());
	}

	private static void putEdge(ByteBuffer data, DataType dataType, int index, boolean anyBits) {
		switch (dataType) {
			case BOOL -> data.put(index, (byte) (index % 2));
			case FP64 -> {
				double[] edges = { Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0,
						Double.MIN_VALUE, Double.MAX_VALUE, 0.1 };
				if (!anyBits) {
					data.putDouble(index * 8, edges[index % 7]);
				}
				else if (index == 0) {
					data.putLong(0, 0x7ff4_dead_beef_0001L);
				}
			}
			case FP32 -> {
				float[] edges = { Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0.0f, Float.MIN_VALUE,
						Float.MAX_VALUE, 0.1f };
				if (!anyBits) {
					data.putFloat(index * 4, edges[index % 7]);
				}
				else if (index == 0) {
					data.putInt(0, 0x7fa0_beef);
				}
			}
			case FP16 -> putShort(data, index, anyBits, 0x7d01, 0x7e00, 0x7c00, 0xfc00, 0x8000, 0x0001, 0x7bff, 0x2e66);
			case BF16 -> putShort(data, index, anyBits, 0x7f81, 0x7fc0, 0x7f80, 0xff80, 0x8000, 0x0001, 0x7f7f, 0x3dcd);
			default -> {
				if (!anyBits && index % 2 == 0) {
					for (int i = 0; i < dataType.elementBytes(); i++) {
						data.put(index * dataType.elementBytes() + i, (byte) 0xff);
					}
				}
			}
		}
	}

	private static void putShort(ByteBuffer data, int index, boolean anyBits, int signalling, int... edges) {
		if (!anyBits) {
			data.putShort(index * 2, (short) edges[index % 7]);
		}
		else if (index == 0) {
			data.putShort(0, (short) signalling);
		}
	}

	/**
	 * How a tensor is sent.
	 */
	enum Way {

		JSON, BINARY, GRPC_TYPED, GRPC_RAW

	}

}
