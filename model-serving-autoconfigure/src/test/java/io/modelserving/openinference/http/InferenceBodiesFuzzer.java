package io.modelserving.openinference.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

import io.modelserving.codec.BinaryTensors;
import io.modelserving.codec.InferenceCodec;
import io.modelserving.codec.InferenceRequestBody;
import io.modelserving.fuzz.Budget;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.openinference.FakeModels;
import io.modelserving.openinference.ModelLookup;
import io.modelserving.tensor.BufferPool;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import io.modelserving.tensor.TensorSpec;
import io.modelserving.web.BodyBounds;

import org.springframework.mock.web.MockHttpServletRequest;

/**
 * Fuzzes how the bodies of requests are read. The first byte says which headers there
 * are, and two more the length of the JSON; the rest is the body. Nothing may come of it
 * but a request or the errors that callers get.
 */
public final class InferenceBodiesFuzzer {

	private static final int LIMIT = 64 << 10;

	private static final List<DataType> RAW_TYPES = List.of(DataType.values());

	private static final FakeModels MODELS = models();

	private static final InferenceBodies BODIES = new InferenceBodies(new InferenceCodec(4 * LIMIT),
			new BodyBounds(LIMIT, 200), new ModelLookup(MODELS));

	private InferenceBodiesFuzzer() {
	}

	private static FakeModels models() {
		FakeModels models = new FakeModels();
		RAW_TYPES.forEach(type -> {
			List<TensorSpec> specs = List.of(TensorSpec.of("x", type, Shape.of(-1, 3)));
			models.add(new ModelKey("m" + type.ordinal(), 1), new ModelSignature(specs, specs),
					NamedTensors.of(Map.of()));
		});
		return models;
	}

	/**
	 * Read one body.
	 * @param input the headers, the length of the JSON and the body
	 */
	public static void fuzzerTestOneInput(byte[] input) {
		if (input.length < 3) {
			return;
		}
		int headers = Byte.toUnsignedInt(input[0]);
		int number = Byte.toUnsignedInt(input[1]) << 8 | Byte.toUnsignedInt(input[2]);
		byte[] body = Arrays.copyOfRange(input, 3, input.length);
		byte[] sent = switch (headers >> 2 & 7) {
			case 1 -> gzip(body);
			case 2 -> deflate(body);
			default -> body;
		};
		String jsonLength = switch (headers & 3) {
			case 1 -> Integer.toString(number);
			case 2 -> "0";
			case 3 -> Integer.toString(Math.max(1, body.length - number));
			default -> null;
		};
		String coding = switch (headers >> 2 & 7) {
			case 1, 3 -> "gzip";
			case 2, 4 -> "deflate";
			default -> null;
		};
		int model = Math.min((headers >> 5) + (number & 8), RAW_TYPES.size() - 1);
		Budget.check(LIMIT, () -> read(new ModelPath("m" + model, null), request(sent, jsonLength, coding)));
	}

	private static MockHttpServletRequest request(byte[] body, String jsonLength, String coding) {
		MockHttpServletRequest request = new MockHttpServletRequest("POST", "/");
		request.setContent(body);
		if (jsonLength != null) {
			request.addHeader(InferenceBodies.JSON_LENGTH, jsonLength);
		}
		if (coding != null) {
			request.addHeader("Content-Encoding", coding);
		}
		return request;
	}

	private static void read(ModelPath path, MockHttpServletRequest request) {
		try {
			InferenceRequestBody read = BODIES.read(path, request);
			read.inputs().asMap().forEach(InferenceBodiesFuzzer::requireSameAfterAnotherRound);
		}
		catch (InvalidInput | RequestTooLarge ex) {
			if (ex.getMessage() == null || ex.getMessage().isBlank()) {
				throw new AssertionError("an error says nothing", ex);
			}
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

	private static byte[] gzip(byte[] body) {
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		try (OutputStream gzip = new GZIPOutputStream(target)) {
			gzip.write(body);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return target.toByteArray();
	}

	private static byte[] deflate(byte[] body) {
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		try (OutputStream deflater = new DeflaterOutputStream(target)) {
			deflater.write(body);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return target.toByteArray();
	}

}
