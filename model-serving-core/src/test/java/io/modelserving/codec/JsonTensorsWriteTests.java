package io.modelserving.codec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for writing with {@link JsonTensors}.
 */
class JsonTensorsWriteTests {

	private final JsonTensors tensors = new JsonTensors(1 << 20);

	@Test
	void whenTheResponseHasEverythingThenEverythingIsWritten() {
		NamedTensors outputs = NamedTensors.of("y", Tensor.of(Shape.of(2, 1), 0.1f, -2f), "label",
				Tensor.of(Shape.of(1), "gr\u00fcn \"x\""));
		assertThat(write(new InferenceResponseBody("m", "3", "42", Map.of("n", 1L), outputs))).isEqualTo("""
				{"model_name":"m","model_version":"3","id":"42","parameters":{"n":1},"outputs":[\
				{"name":"y","shape":[2,1],"datatype":"FP32","data":[0.1,-2.0]},\
				{"name":"label","shape":[1],"datatype":"BYTES","data":["grün \\"x\\""]}]}""");
	}

	@Test
	void whenOptionalValuesAreAbsentThenTheyAreLeftOut() {
		assertThat(write(new InferenceResponseBody("m", null, null, Map.of(), NamedTensors.of(Map.of()))))
			.isEqualTo("{\"model_name\":\"m\",\"outputs\":[]}");
	}

	@Test
	void whenNumbersAreNotFiniteThenTheyAreWrittenAsStrings() {
		Tensor tensor = Tensor.of(Shape.of(3), Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
		assertThat(write(tensor)).contains("\"data\":[\"NaN\",\"Infinity\",\"-Infinity\"]");
	}

	@Test
	void whenTheTensorIsAScalarThenItsDataIsAnArrayOfOne() {
		assertThat(write(Tensor.of(Shape.of(), 5L))).contains("\"shape\":[],\"datatype\":\"INT64\",\"data\":[5]");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0',
			value = { "BOOL | [true,false,true]", "UINT8 | [0,1,255]", "UINT16 | [0,1,65535]",
					"UINT32 | [0,1,4294967295]", "UINT64 | [0,1,18446744073709551615]", "INT8 | [-128,0,127]",
					"INT16 | [-32768,0,32767]", "INT32 | [-2147483648,0,2147483647]",
					"INT64 | [-9223372036854775808,0,9223372036854775807]", "FP16 | [0.5,-65504.0,\"NaN\"]",
					"BF16 | [0.5,-2.0,\"Infinity\"]", "FP32 | [1.4E-45,3.4028235E38,0.1]",
					"FP64 | [4.9E-324,1.7976931348623157E308,0.1]", "BYTES | [\"\",\"a\",\"b\\n\"]" })
	void whenWhatWasReadIsWrittenThenItIsTheSame(DataType type, String data) {
		String input = "{\"name\": \"x\", \"shape\": [3], \"datatype\": \"%s\", \"data\": %s}".formatted(type, data);
		Tensor tensor = this.tensors.readRequest("{\"inputs\": [%s]}".formatted(input).getBytes(StandardCharsets.UTF_8))
			.inputs()
			.get("x");
		assertThat(write(tensor)).contains("\"datatype\":\"%s\",\"data\":%s".formatted(type, data));
		assertThat(tensor.shape()).isEqualTo(Shape.of(3));
	}

	@Test
	void whenWrittenThenTheTargetStaysOpen() {
		boolean[] closed = new boolean[1];
		ByteArrayOutputStream target = new ByteArrayOutputStream() {

			@Override
			public void close() {
				closed[0] = true;
			}

		};
		this.tensors.writeResponse(new InferenceResponseBody("m", null, null, Map.of(), NamedTensors.of(Map.of())),
				target);
		assertThat(closed[0]).isFalse();
		assertThat(target.size()).isPositive();
	}

	private String write(Tensor tensor) {
		return write(new InferenceResponseBody("m", null, null, Map.of(), NamedTensors.of("y", tensor)));
	}

	private String write(InferenceResponseBody response) {
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		this.tensors.writeResponse(response, target);
		return target.toString(StandardCharsets.UTF_8);
	}

}
