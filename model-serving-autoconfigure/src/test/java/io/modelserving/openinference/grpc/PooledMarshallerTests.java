package io.modelserving.openinference.grpc;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Arrays;

import com.google.protobuf.ByteString;
import io.grpc.KnownLength;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.modelserving.grpc.GRPCInferenceServiceGrpc;
import io.modelserving.grpc.ModelInferRequest;
import io.modelserving.grpc.ModelInferRequest.InferInputTensor;
import io.modelserving.tensor.BufferPool;
import io.modelserving.tensor.NamedTensors;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link PooledMarshaller}.
 */
class PooledMarshallerTests {

	private static final int BYTES = 1 << 16;

	private static final ModelInferRequest MESSAGE = ModelInferRequest.newBuilder()
		.setModelName("m")
		.addInputs(InferInputTensor.newBuilder().setName("x").setDatatype("UINT8").addShape(BYTES))
		.addRawInputContents(ByteString.copyFrom(new byte[BYTES]))
		.build();

	private final BufferPool pool = new BufferPool(1 << 20);

	private final PooledMarshaller marshaller = new PooledMarshaller(
			GRPCInferenceServiceGrpc.getModelInferMethod().getRequestMarshaller(), this.pool);

	@Test
	void messagesAreTheSameAsEver() {
		PooledRequest request = this.marshaller.parse(new Known(MESSAGE.toByteArray()));
		assertThat(request.message()).isEqualTo(MESSAGE);
		assertThat(this.marshaller.stream(request)).hasBinaryContent(MESSAGE.toByteArray());
	}

	@Test
	void tensorsShareTheBorrowedMemoryUntilItIsGivenBack() {
		PooledRequest request = this.marshaller.parse(new Known(MESSAGE.toByteArray()));
		NamedTensors inputs = RequestMessages.body(request).inputs();
		assertThat(this.pool.keptBytes()).isZero();
		request.memory().release();
		assertThat(this.pool.keptBytes()).isGreaterThanOrEqualTo(BYTES);
		Arrays.fill(this.pool.acquire().take(MESSAGE.getSerializedSize()), (byte) 7);
		assertThat(inputs.numeric("x").toLongs()).containsOnly(7);
	}

	@Test
	void whenALengthIsNotKnownThenNothingIsBorrowed() {
		PooledRequest request = this.marshaller.parse(new ByteArrayInputStream(MESSAGE.toByteArray()));
		assertThat(request.message()).isEqualTo(MESSAGE);
		request.memory().release();
		assertThat(this.pool.keptBytes()).isZero();
	}

	@Test
	void whenAMessageIsBrokenThenItsMemoryIsLentAgain() {
		byte[] cut = Arrays.copyOf(MESSAGE.toByteArray(), BYTES);
		assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> this.marshaller.parse(new Known(cut)))
			.satisfies((failure) -> assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL));
		assertThat(this.pool.keptBytes()).isEqualTo(BYTES);
	}

	@Test
	void whenTheTransportHasLessThanItSaidThenTheMessageIsBroken() {
		InputStream shorter = new Known(MESSAGE.toByteArray()) {

			@Override
			public synchronized int available() {
				return super.available() + 1;
			}

		};
		assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> this.marshaller.parse(shorter))
			.withMessageContaining("breaks off");
	}

	/** As the transport gives messages that are not compressed. */
	private static class Known extends ByteArrayInputStream implements KnownLength {

		Known(byte[] bytes) {
			super(bytes);
		}

	}

}
