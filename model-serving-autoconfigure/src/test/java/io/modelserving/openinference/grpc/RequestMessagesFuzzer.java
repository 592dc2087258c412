package io.modelserving.openinference.grpc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

import com.google.protobuf.InvalidProtocolBufferException;
import io.modelserving.codec.BinaryTensors;
import io.modelserving.fuzz.Budget;
import io.modelserving.grpc.ModelInferRequest;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.BufferPool;
import io.modelserving.tensor.Tensor;

/**
 * Fuzzes how the messages of gRPC are read. The input is a request as it comes over the
 * wire. Nothing may come of it but a request or the errors that callers get.
 */
public final class RequestMessagesFuzzer {

	private RequestMessagesFuzzer() {
	}

	/**
	 * Read one message.
	 * @param input the message
	 */
	public static void fuzzerTestOneInput(byte[] input) {
		Budget.check(input.length, () -> read(input));
	}

	private static void read(byte[] input) {
		try {
			RequestMessages.body(new PooledRequest(ModelInferRequest.parseFrom(input), BufferPool.NONE.acquire()))
				.inputs()
				.asMap()
				.forEach(RequestMessagesFuzzer::requireSameAfterAnotherRound);
		}
		catch (InvalidInput ex) {
			if (ex.getMessage() == null || ex.getMessage().isBlank()) {
				throw new AssertionError("an error says nothing", ex);
			}
		}
		catch (InvalidProtocolBufferException ex) {
			// grpc-java answers this by itself
		}
	}

	private static void requireSameAfterAnotherRound(String name, Tensor tensor) {
		ByteBuffer bytes = BinaryTensors.toBytes(tensor);
		byte[] once = new byte[bytes.remaining()];
		bytes.duplicate().get(once);
		try {
			Tensor again = BinaryTensors.read(name, tensor.dataType(), tensor.shape(), new ByteArrayInputStream(once),
					once.length, BufferPool.NONE.acquire());
			if (!BinaryTensors.toBytes(again).equals(bytes)) {
				throw new AssertionError("%s changes on its way: %s".formatted(name, tensor));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
