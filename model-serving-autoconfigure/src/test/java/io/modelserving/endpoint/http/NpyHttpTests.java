package io.modelserving.endpoint.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import io.modelserving.codec.NpyTensors;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that typed endpoints of one array of numbers read and write NumPy's files.
 */
@EndpointHttpTest
class NpyHttpTests {

	private static final String TYPE = "application/x-npy";

	private final CodecCaller caller;

	NpyHttpTests(@LocalServerPort int port) {
		this.caller = new CodecCaller(port);
	}

	private static byte[] npy(NumericTensor tensor) throws IOException {
		ByteArrayOutputStream file = new ByteArrayOutputStream();
		NpyTensors.write(tensor, file);
		return file.toByteArray();
	}

	/** A file of {@code numpy.save}, with any header. */
	private static byte[] file(String type, String shape, int bytes) {
		String header = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }\n".formatted(type, shape);
		byte[] file = new byte[10 + header.length() + bytes];
		byte[] start = ("\u0093NUMPY\1\0" + (char) header.length() + "\0" + header)
			.getBytes(StandardCharsets.ISO_8859_1);
		System.arraycopy(start, 0, file, 0, start.length);
		return file;
	}

	private HttpResponse<byte[]> post(String path, byte[] body, String accept) {
		return this.caller.post(path, body, "Content-Type", TYPE, "Accept", accept);
	}

	@Test
	void arrayIsAFile() throws IOException {
		HttpResponse<byte[]> response = post("/vector", npy(Tensor.of(Shape.of(3), 1.5F, 2, -3)), TYPE);
		assertThat(CodecCaller.type(response)).isEqualTo(TYPE);
		NumericTensor result = (NumericTensor) NpyTensors.read(response.body());
		assertThat(result.dataType()).isEqualTo(DataType.FP32);
		assertThat(result.shape()).isEqualTo(Shape.of(3));
		assertThat(result.toFloats()).containsExactly(1.5F, 2, -3);
	}

	@Test
	void componentThatIsRequiredIsAFileAndMayHaveDimensions() throws IOException {
		HttpResponse<byte[]> response = post("/matrix", npy(Tensor.of(Shape.of(2, 3), 1L, 2, 3, 4, 5, 6)), TYPE);
		NumericTensor result = (NumericTensor) NpyTensors.read(response.body());
		assertThat(result.dataType()).isEqualTo(DataType.FP64);
		assertThat(result.shape()).isEqualTo(Shape.of(2, 3));
		assertThat(result.toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
		assertThat(CodecCaller.text(post("/matrix", npy(Tensor.of(Shape.of(1, 2), 0.1, 0.2)), "*/*")))
			.isEqualTo("[[0.1,0.2]]");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "'<f8'|'2,'|16|200", "'<i4'|'2,'|8|200", "'|u1'|'2,'|2|200", "'>f4'|'2,'|8|200",
					"'<f2'|'2,'|4|200", "'<u8'|'1,'|8|200", "'|b1'|'2,'|2|elements of type bool",
					"'<U2'|'1,'|8|elements of type str", "'<f4'|'2,1'|8|shape [2,1]", "'<f4'|''|4|shape []",
					"'<c8'|'1,'|8|elements of type c8", "'<f4'|'3,'|8|not what the shape",
					"'<f4'|'1000000000,'|8|not what the shape", "'<f4'|'9223372036854775807,9'|8|not what the shape",
					"'<f4'|'1000000000,0'|0|shape [1000000000,0]" })
	void onlyNumbersOfTheRightDimensionsAreRead(String type, String shape, int bytes, String expected) {
		HttpResponse<byte[]> response = post("/vector", file(type, shape, bytes), "application/json");
		if (expected.equals("200")) {
			assertThat(response.statusCode()).as(CodecCaller.text(response)).isEqualTo(200);
		}
		else {
			assertThat(CodecCaller.detail(response, 400).replace(", ", ",")).contains(expected);
		}
	}

	@Test
	void shapesThatTakeMemoryForNothingAreRejected() {
		assertThat(CodecCaller.detail(post("/matrix", file("<f4", "1000000000,0", 0), "*/*"), 400))
			.contains("1000000000");
		String deep = "1,".repeat(5000);
		assertThat(CodecCaller.detail(post("/matrix", file("<f4", deep, 4), "*/*"), 400)).contains("npy");
	}

	@Test
	void whenFileIsBrokenThenThatIsSaid() throws IOException {
		byte[] whole = npy(Tensor.of(Shape.of(3), 1.5F, 2, -3));
		assertThat(CodecCaller.detail(post("/vector", new byte[0], "*/*"), 400)).contains("npy");
		assertThat(CodecCaller.detail(post("/vector", CodecCaller.bytes("[1,2]"), "*/*"), 400)).contains("\\x93NUMPY");
		assertThat(CodecCaller.detail(post("/vector", Arrays.copyOf(whole, 40), "*/*"), 400)).contains("header");
		assertThat(CodecCaller.detail(post("/vector", Arrays.copyOf(whole, whole.length - 1), "*/*"), 400))
			.contains("not what the shape");
	}

	@Test
	void numbersThatAreNotFiniteAreRejected() throws IOException {
		assertThat(CodecCaller.text(post("/vector", npy(Tensor.of(Shape.of(2), 1, Float.NaN)), "*/*"))).contains("[1]",
				"finite");
	}

	@Test
	void whenRowsDifferInLengthThenTheHandlerIsToBlame() {
		byte[] ragged = CodecCaller.bytes("{\"cells\":[[1]],\"unit\":\"ragged\"}");
		HttpResponse<byte[]> json = this.caller.post("/matrix", ragged, "Content-Type", "application/json");
		assertThat(CodecCaller.text(json)).isEqualTo("[[1.0],[2.0,3.0]]");
		assertThat(CodecCaller
			.detail(this.caller.post("/matrix", ragged, "Content-Type", "application/json", "Accept", TYPE), 500))
			.contains("in the log");
	}

}
