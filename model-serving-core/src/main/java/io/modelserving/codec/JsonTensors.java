package io.modelserving.codec;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.ModelSignature;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Tensor;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;

/**
 * Requests and responses of the Open Inference Protocol as JSON. Elements go between the
 * text and the tensor's memory one by one, without a tree in between. Thread-safe.
 * <p>
 * Elements may be flat, row-major, or nested as the shape is; they are written flat.
 * Numbers that are not finite are written as {@code "NaN"}, {@code "Infinity"} and
 * {@code "-Infinity"} in quotes, which every parser of JSON can read and the clients of
 * the protocol take for numbers; they are read with and without quotes. FP16 and BF16
 * stand as the numbers they are. The strings of BYTES are text.
 */
public final class JsonTensors {

	private final long maxTensorBytes;

	/**
	 * Create a codec.
	 * @param maxTensorBytes the number of bytes that the tensors of one request may take
	 * together, a string counting as 8
	 */
	public JsonTensors(long maxTensorBytes) {
		this.maxTensorBytes = maxTensorBytes;
	}

	/**
	 * Read a request.
	 * @param body the text, in UTF-8
	 * @return the request
	 * @throws io.modelserving.model.InferenceException.InvalidInput if the text is broken
	 * or is no request, or if its tensors are inconsistent or too large; the message says
	 * where
	 */
	InferenceRequestBody readRequest(byte[] body) {
		return new InferenceCodec(this.maxTensorBytes).readRequest(new ByteArrayInputStream(body));
	}

	/**
	 * Read the inputs of a model, either from a request or from an object that has the
	 * elements of each input under its name. Of the latter, elements may be flat if the
	 * signature leaves one dimension open at most.
	 * @param body the text, in UTF-8
	 * @param signature what the model takes; it gives the types, but does not check the
	 * inputs
	 * @return the inputs
	 * @throws io.modelserving.model.InferenceException.InvalidInput as
	 * {@link #readRequest} does
	 */
	public NamedTensors readInputs(byte[] body, ModelSignature signature) {
		JsonText text = new JsonText(body, 0, body.length);
		try {
			if (JsonInputsReader.isRequest(text)) {
				return readRequest(body).inputs();
			}
			return new JsonInputsReader(signature, new ByteBudget(this.maxTensorBytes)).read(text);
		}
		catch (JacksonException ex) {
			throw JsonText.broken(ex);
		}
	}

	/**
	 * Write a response.
	 * @param response the response
	 * @param target where to write it, in UTF-8; left open
	 * @throws tools.jackson.core.exc.JacksonIOException if the target fails
	 */
	public void writeResponse(InferenceResponseBody response, OutputStream target) {
		try (JsonGenerator generator = JsonText.FACTORY.createGenerator(target, JsonEncoding.UTF8)) {
			new JsonResponseWriter(generator, Map.of()).write(response);
		}
	}

	/**
	 * Write a tensor of a request or response: an object with name, shape, type, and
	 * either its elements or the number of bytes that follow the JSON.
	 * @param generator where to write
	 * @param name the name of the tensor
	 * @param tensor the tensor
	 * @param bytes what {@link BinaryTensors#toBytes} makes of it if its elements follow
	 * the JSON, else {@code null}
	 */
	public static void write(JsonGenerator generator, String name, Tensor tensor, @Nullable ByteBuffer bytes) {
		JsonResponseWriter.write(generator, name, tensor, bytes);
	}

	/**
	 * Write the property {@code parameters}, unless there are none.
	 * @param generator where to write, inside of an object
	 * @param parameters the parameters
	 */
	public static void writeParameters(JsonGenerator generator, Map<String, Object> parameters) {
		JsonParameters.write(generator, parameters);
	}

}
