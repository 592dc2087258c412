package io.modelserving.openinference.grpc;

import java.io.IOException;
import java.io.InputStream;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.modelserving.grpc.ModelInferRequest;
import io.modelserving.tensor.BufferPool;
import io.modelserving.tensor.BufferPool.PooledBuffers;

/**
 * Reads requests into pooled buffers, which the bytes of their messages then share, so
 * that tensors are copied once on their way from the transport to an instance. Messages
 * that are sent compressed have memory of their own. Thread-safe.
 */
final class PooledMarshaller implements Marshaller<PooledRequest> {

	private final Marshaller<ModelInferRequest> usual;

	private final BufferPool pool;

	/**
	 * Create a marshaller.
	 * @param usual reads what does not say how long it is
	 * @param pool the pool of the memory
	 */
	PooledMarshaller(Marshaller<ModelInferRequest> usual, BufferPool pool) {
		this.usual = usual;
		this.pool = pool;
	}

	@Override
	public InputStream stream(PooledRequest request) {
		return this.usual.stream(request.message());
	}

	@Override
	public PooledRequest parse(InputStream stream) {
		if (!(stream instanceof KnownLength)) {
			return new PooledRequest(this.usual.parse(stream), BufferPool.NONE.acquire());
		}
		PooledBuffers memory = this.pool.acquire();
		try {
			int size = stream.available();
			byte[] bytes = memory.take(size);
			if (stream.readNBytes(bytes, 0, size) < size) {
				throw new IOException("the transport has less than it said");
			}
			return new PooledRequest(parse(bytes, size), memory);
		}
		catch (InvalidProtocolBufferException ex) {
			memory.release();
			throw Status.INTERNAL.withDescription("it is no ModelInferRequest").withCause(ex).asRuntimeException();
		}
		catch (IOException ex) {
			memory.release();
			throw Status.INTERNAL.withDescription("it breaks off").withCause(ex).asRuntimeException();
		}
	}

	private static ModelInferRequest parse(byte[] bytes, int size) throws InvalidProtocolBufferException {
		CodedInputStream source = UnsafeByteOperations.unsafeWrap(bytes, 0, size).newCodedInput();
		source.enableAliasing(true);
		ModelInferRequest message = ModelInferRequest.parser().parseFrom(source);
		source.checkLastTagWas(0);
		return message;
	}

}
