package io.modelserving.codec;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.BufferPool;
import io.modelserving.tensor.BufferPool.PooledBuffers;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Tensor;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

/**
 * Requests and responses of the Open Inference Protocol as they travel: JSON, which the
 * elements of tensors may follow as bytes. Elements go between the stream and the
 * tensor's memory as they arrive, so that no part of a request is in memory twice, unless
 * elements in JSON arrive before their type or shape. Thread-safe.
 */
public final class InferenceCodec {

	/** Parameter of a request whose outputs are to be sent as bytes. */
	public static final String BINARY_OUTPUT = "binary_data_output";

	private final long maxTensorBytes;

	private final BufferPool pool;

	/**
	 * Create a codec whose requests use no pooled buffers.
	 * @param maxTensorBytes the number of bytes that the tensors of one request may take
	 * together, a string counting as 8
	 */
	public InferenceCodec(long maxTensorBytes) {
		this(maxTensorBytes, BufferPool.NONE);
	}

	/**
	 * Create a codec.
	 * @param maxTensorBytes the number of bytes that the tensors of one request may take
	 * together, a string counting as 8
	 * @param pool the pool from which requests take memory for tensors sent as bytes
	 */
	public InferenceCodec(long maxTensorBytes, BufferPool pool) {
		this.maxTensorBytes = maxTensorBytes;
		this.pool = pool;
	}

	/**
	 * Read a request that is all JSON.
	 * @param body the text, in UTF-8; read to its end
	 * @return the request
	 * @throws InvalidInput if the text is broken or is no request, or if its tensors are
	 * inconsistent or too large; the message says where
	 */
	public InferenceRequestBody readRequest(InputStream body) {
		RequestHead head = readHead(body);
		head.inputs().stream().filter((input) -> input.binarySize() > 0).findFirst().ifPresent((input) -> {
			throw new InvalidInput("%s: its %d bytes are missing; the length of the JSON before them must be given"
				.formatted(input.label(), input.binarySize()));
		});
		return readTensors(head, InputStream.nullInputStream(), BufferPool.NONE.acquire());
	}

	/**
	 * Read a request that the bytes of tensors may follow, in the order of the inputs
	 * that have some.
	 * @param body the text, in UTF-8, and the bytes; read to its end
	 * @param jsonLength the length of the text in bytes
	 * @return the request
	 * @throws InvalidInput as {@link #readRequest(InputStream)} does, or if there are
	 * more bytes or less than the text says
	 */
	public InferenceRequestBody readRequest(InputStream body, long jsonLength) {
		StreamPart json = new StreamPart(body, jsonLength);
		RequestHead head = readHead(json);
		if (json.remaining() > 0) {
			throw new InvalidInput("the body ends %d bytes before the end of the JSON, which should be %d bytes long"
				.formatted(json.remaining(), jsonLength));
		}
		return withMemory((memory) -> {
			InferenceRequestBody request = readTensors(head, body, memory);
			requireEnd(body);
			return request;
		});
	}

	private InferenceRequestBody withMemory(Function<PooledBuffers, InferenceRequestBody> reading) {
		PooledBuffers memory = this.pool.acquire();
		try {
			return reading.apply(memory);
		}
		catch (RuntimeException | Error ex) {
			memory.release();
			throw ex;
		}
	}

	/**
	 * Read a request that is nothing but the bytes of the model's only input. All its
	 * outputs are wanted, as bytes.
	 * @param body the bytes; read to their end
	 * @param size how many there are, or -1 if that is not known
	 * @param signature what the model takes
	 * @return the request
	 * @throws InvalidInput if the model has more inputs, or no shape fits the bytes
	 */
	public InferenceRequestBody readRaw(InputStream body, long size, ModelSignature signature) {
		RawInput input = RawInput.of(signature);
		int most = (int) Math.min(this.maxTensorBytes, Integer.MAX_VALUE - 8);
		return withMemory((memory) -> {
			try {
				NamedTensors inputs = input.read(body, (size >= 0) ? (int) Math.min(size, most) : most, memory);
				requireEnd(body);
				return new InferenceRequestBody(null, Map.of(BINARY_OUTPUT, true), inputs, List.of(), memory);
			}
			catch (IOException ex) {
				throw new InvalidInput("the body breaks off", ex);
			}
		});
	}

	private RequestHead readHead(InputStream json) {
		try (JsonParser parser = JsonText.FACTORY.createParser(json)) {
			return new JsonRequestReader(parser, new ByteBudget(this.maxTensorBytes)).read();
		}
		catch (JacksonException ex) {
			throw JsonText.broken(ex);
		}
	}

	private static InferenceRequestBody readTensors(RequestHead head, InputStream bytes, PooledBuffers memory) {
		Map<String, Tensor> inputs = new LinkedHashMap<>();
		for (InputHeader input : head.inputs()) {
			inputs.put(input.name(), readTensor(input, bytes, memory));
		}
		return new InferenceRequestBody(head.id(), head.parameters(), NamedTensors.of(inputs), head.outputs(), memory);
	}

	private static Tensor readTensor(InputHeader input, InputStream bytes, PooledBuffers memory) {
		if (input.tensor() != null) {
			return input.tensor();
		}
		try {
			return BinaryTensors.read(input.label(), input.dataType(), input.shape(), bytes, input.binarySize(),
					memory);
		}
		catch (IOException ex) {
			throw new InvalidInput("%s: the body breaks off".formatted(input.label()), ex);
		}
	}

	private static void requireEnd(InputStream body) {
		try {
			if (body.read() >= 0) {
				throw new InvalidInput("the body goes on after the bytes of the last input");
			}
		}
		catch (IOException ex) {
			throw new InvalidInput("the body breaks off", ex);
		}
	}

	/**
	 * Prepare a response for its way.
	 * @param response the response
	 * @param binary the names of the outputs whose elements shall follow the JSON as
	 * bytes
	 * @return the response, to be written
	 */
	public EncodedResponse encode(InferenceResponseBody response, Set<String> binary) {
		return EncodedResponse.of(response, binary);
	}

}
