package io.modelserving.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.mock.http.MockHttpInputMessage;
import org.springframework.mock.http.MockHttpOutputMessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests the bytes that the client sends and takes, against examples written by hand.
 */
class InferMessageConverterTests {

	private final InferMessageConverter converter = new InferMessageConverter();

	@Test
	void whenBinaryThenTensorsFollowTheJsonInOrder() throws IOException {
		NamedTensors inputs = NamedTensors.of("x", Tensor.of(Shape.of(2), 1.5f, Float.NaN), "s",
				Tensor.of(Shape.of(2), "ü", ""));
		MockHttpOutputMessage message = write(InferRequest.of(inputs).withId("7"));
		String json = """
				{"id":"7","parameters":{"binary_data_output":true},"inputs":[\
				{"name":"x","shape":[2],"datatype":"FP32","parameters":{"binary_data_size":8}},\
				{"name":"s","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":10}}]}""";
		ByteBuffer expected = ByteBuffer.allocate(json.length() + 18).order(ByteOrder.LITTLE_ENDIAN);
		expected.put(json.getBytes(StandardCharsets.UTF_8)).putFloat(1.5f).putInt(0x7fc00000);
		expected.putInt(2).put("ü".getBytes(StandardCharsets.UTF_8)).putInt(0);
		assertThat(message.getBodyAsBytes()).isEqualTo(expected.array());
		assertThat(message.getHeaders().getFirst("Inference-Header-Content-Length")).isEqualTo("" + json.length());
		assertThat(message.getHeaders().getContentLength()).isEqualTo(json.length() + 18);
		assertThat(message.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_OCTET_STREAM);
	}

	@Test
	void whenJsonThenThereIsNothingElse() throws IOException {
		MockHttpOutputMessage message = write(InferRequest.of("x", Tensor.of(Shape.of(1, 2), -0.0, Double.NaN))
			.asJson()
			.withTimeout(Duration.ofMillis(3))
			.withOutput("y")
			.withClasses("z", 3));
		assertThat(message.getBodyAsString()).isEqualTo("""
				{"parameters":{"timeout":3000},"inputs":[\
				{"name":"x","shape":[1,2],"datatype":"FP64","data":[-0.0,NaN]}],\
				"outputs":[{"name":"y","parameters":{"binary_data":false}},\
				{"name":"z","parameters":{"binary_data":false,"classification":3}}]}""");
		assertThat(message.getHeaders().getFirst("Inference-Header-Content-Length")).isNull();
		assertThat(message.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_JSON);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			BOOL   | [true, false]                  | [true,false]
			UINT8  | [0, 255]                       | [0,255]
			UINT16 | [0, 65535]                     | [0,65535]
			UINT32 | [0, 4294967295]                | [0,4294967295]
			UINT64 | [0, 18446744073709551615]      | [0,18446744073709551615]
			INT8   | [-128, 127]                    | [-128,127]
			INT16  | [-32768, 32767]                | [-32768,32767]
			INT32  | [-2147483648, 2147483647]      | [-2147483648,2147483647]
			INT64  | [-9223372036854775808, 1]      | [-9223372036854775808,1]
			FP16   | [65504, NaN]                   | [65504.0,NaN]
			BF16   | [-0.0, Infinity]               | [-0.0,Infinity]
			FP32   | [[0.1], ["-Infinity"]]         | [0.1,-Infinity]
			FP64   | [1e300, -0.0]                  | [1.0E300,-0.0]
			BYTES  | ["a", "ü"]                     | ["a","ü"]
			""")
	void whenOutputIsJsonThenItsElementsAreExact(String dataType, String data, String written) throws IOException {
		InferResponse response = read("""
				{"model_name":"m","outputs":[{"data":%s,"name":"y","datatype":"%s","shape":[2]}]}""".formatted(data,
				dataType));
		assertThat(response.outputs().get("y").dataType()).hasToString(dataType);
		assertThat(write(InferRequest.of("x", response.outputs().get("y")).asJson()).getBodyAsString())
			.contains("\"data\":" + written);
	}

	@Test
	void whenOutputsAreBinaryThenTheyAreTakenInOrder() throws IOException {
		String json = """
				{"model_name":"m","model_version":"2","id":"7","parameters":{"p":1},"outputs":[\
				{"name":"a","datatype":"INT16","shape":[2],"parameters":{"binary_data_size":4}},\
				{"name":"b","datatype":"INT32","shape":[],"data":[5]},\
				{"name":"c","datatype":"FP32","shape":[0,3],"parameters":{"binary_data_size":0}},\
				{"name":"d","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":5}}]}""";
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		body.writeBytes(json.getBytes(StandardCharsets.UTF_8));
		body.writeBytes(new byte[] { 1, 0, -1, -1, 1, 0, 0, 0, 'x' });
		InferResponse response = read(body.toByteArray(), "" + json.length());
		assertThat(response.model()).isEqualTo("m");
		assertThat(response.version()).isEqualTo("2");
		assertThat(response.id()).isEqualTo("7");
		assertThat(response.parameters()).isEqualTo(Map.of("p", 1));
		assertThat(response.outputs().names()).containsExactly("a", "b", "c", "d");
		assertThat(response.outputs().numeric("a").toLongs()).containsExactly(1, -1);
		assertThat(response.outputs().numeric("b").toLongs()).containsExactly(5);
		assertThat(response.outputs().get("b").shape()).isEqualTo(Shape.of());
		assertThat(response.outputs().get("c").shape()).isEqualTo(Shape.of(0, 3));
		assertThat(response.outputs().strings("d").elements()).containsExactly("x");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[]", "{", "{\"outputs\":{}}", "{\"outputs\":[{\"name\":\"y\"}]}",
			"{\"outputs\":[{\"name\":\"y\",\"shape\":[1],\"datatype\":\"FP32\"}]}",
			"{\"outputs\":[{\"name\":\"y\",\"shape\":[2],\"datatype\":\"FP32\",\"data\":[1]}]}",
			"{\"outputs\":[{\"name\":\"y\",\"shape\":[1],\"datatype\":\"FP99\",\"data\":[1]}]}",
			"{\"outputs\":[{\"name\":\"y\",\"shape\":[1],\"datatype\":\"INT8\",\"data\":[128]}]}",
			"{\"outputs\":[{\"name\":\"y\",\"shape\":[1],\"datatype\":\"INT8\",\"data\":[{}]}]}",
			"{\"outputs\":[{\"name\":\"y\",\"shape\":[1],\"datatype\":\"INT8\",\"parameters\":{\"binary_data_size\":1}}]}" })
	void whenAnswerIsBrokenThenThatIsSaid(String body) {
		assertThatExceptionOfType(HttpMessageNotReadableException.class).isThrownBy(() -> read(body))
			.withMessageStartingWith("the server's response is broken: ");
	}

	@Test
	void whenBinaryTextBreaksOffThenThatIsSaid() {
		String json = """
				{"outputs":[{"name":"d","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":5}}]}""";
		byte[] body = (json + "\2\0\0\0x").getBytes(StandardCharsets.UTF_8);
		assertThatExceptionOfType(HttpMessageNotReadableException.class)
			.isThrownBy(() -> read(body, "" + json.length()))
			.withMessageContaining("element 0 is 2 bytes long, and 1 bytes are left of 5");
	}

	@ParameterizedTest
	@ValueSource(strings = { "-1", "3", "x" })
	void whenLengthOfJsonIsFalseThenThatIsSaid(String length) {
		assertThatExceptionOfType(HttpMessageNotReadableException.class)
			.isThrownBy(() -> read("{}".getBytes(StandardCharsets.UTF_8), length));
	}

	@Test
	void whenHalfPrecisionIsBinaryThenItsBitsAreExact() throws IOException {
		ByteBuffer bits = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder());
		bits.putShort((short) 0x7e01).putShort((short) 0xfc00).flip();
		NumericTensor tensor = Tensor.of(DataType.FP16, Shape.of(2), bits);
		byte[] sent = write(InferRequest.of("x", tensor)).getBodyAsBytes();
		assertThat(sent).endsWith(0x01, 0x7e, 0x00, 0xfc);
	}

	private MockHttpOutputMessage write(InferRequest request) throws IOException {
		MockHttpOutputMessage message = new MockHttpOutputMessage();
		assertThat(this.converter.canWrite(InferRequest.class, null)).isTrue();
		this.converter.write(request, null, message);
		return message;
	}

	private InferResponse read(String body) throws IOException {
		return read(body.getBytes(StandardCharsets.UTF_8), null);
	}

	private InferResponse read(byte[] body, String jsonLength) throws IOException {
		MockHttpInputMessage message = new MockHttpInputMessage(body);
		HttpHeaders headers = message.getHeaders();
		if (jsonLength != null) {
			headers.set("Inference-Header-Content-Length", jsonLength);
		}
		assertThat(this.converter.canRead(InferResponse.class, MediaType.TEXT_HTML)).isTrue();
		return (InferResponse) this.converter.read(InferResponse.class, message);
	}

}
