package io.modelserving.openinference.http;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.openinference.FakeModels;
import io.modelserving.tensor.DataType;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.TensorSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests requests that other servers of the protocol have stumbled over.
 */
@OpenInferenceHttpTest
class UnusualRequestsHttpTests {

	private static final String INFER = "/v2/models/echo/infer";

	private final FakeModels models;

	private final HttpCaller http;

	UnusualRequestsHttpTests(@Autowired FakeModels models, @LocalServerPort int port) {
		this.models = models;
		this.http = new HttpCaller(port);
	}

	@BeforeEach
	void addModel() {
		this.models.reset();
		List<TensorSpec> specs = List.of(TensorSpec.of("x", DataType.FP32, Shape.of(-1)));
		this.models.add(new ModelKey("echo", 1), new ModelSignature(specs, specs), NamedTensors.of(Map.of()));
	}

	@Test
	void whenAnOutputIsAskedForTwiceThenRequestIsRejected() {
		assertRejected("""
				{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}],
				 "outputs":[{"name":"x"},{"name":"x"}]}""", "output \"x\" is asked for twice");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			[16, 1152921504606846978]           | the number of elements overflows 64 bits
			[4, 1152921504606846978]            | the number of bytes overflows 64 bits
			[2147483647, 2147483647]            | the number of bytes overflows 32 bits
			[2147483648]                        | a dimension overflows 32 bits
			[9223372036854775808]               | a dimension overflows 64 bits
			[2, -5]                             | a dimension is negative
			[-1]                                | a dimension is left open
			[1.5]                               | a dimension is no whole number
			""")
	void whenShapeMakesNoSenseThenRequestIsRejected(String shape, String why) {
		assertThat(assertRejected("""
				{"inputs":[{"name":"x","shape":%s,"datatype":"FP32","data":[1.0]}]}""".formatted(shape), "input \"x\""))
			.as(why)
			.contains("shape");
	}

	@ParameterizedTest
	@ValueSource(ints = { 120, 5000 })
	void whenDataIsNestedDeeplyThenRequestIsRejected(int depth) {
		assertRejected("""
				{"inputs":[{"name":"x","shape":[1,1],"datatype":"FP32","data":%s1%s}]}""".formatted("[".repeat(depth),
				"]".repeat(depth)), "");
		assertThat(this.http.get("/v2/health/live").statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "inputs", "outputs", "parameters", "unknown" })
	void whenAnythingIsNestedDeeplyThenRequestIsRejected(String key) {
		assertRejected("{\"%s\":%s%s}".formatted(key, "{\"a\":".repeat(500), "1" + "}".repeat(500)), "");
	}

	@Test
	void whenBodyComesInManyChunksThenItIsReadTheSame() {
		byte[] body = """
				{"inputs":[{"name":"x","shape":[3],"datatype":"FP32","data":[1.0,2.0,3.0]}]}"""
			.getBytes(StandardCharsets.UTF_8);
		HttpResponse<String> response = this.http.post(INFER, BodyPublishers
			.ofByteArrays(IntStream.range(0, body.length).mapToObj(i -> new byte[] { body[i] }).toList()));
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		assertThat(HttpCaller.json(response).at("/outputs/0/data").toString()).isEqualTo("[1.0,2.0,3.0]");
	}

	@Test
	void whenThereAreManyInputsThenEachIsRead() {
		String input = "{\"name\":\"x%d\",\"shape\":[1],\"datatype\":\"INT8\",\"data\":[1]}";
		String inputs = String.join(",", IntStream.range(0, 150).mapToObj(input::formatted).toList());
		HttpResponse<String> response = this.http.post(INFER, "{\"inputs\":[%s]}".formatted(inputs));
		assertThat(HttpCaller.json(response).at("/outputs").size()).isEqualTo(150);
	}

	@ParameterizedTest
	@ValueSource(strings = { "%00", "..%2f..%2fetc%2fpasswd", "a%0d%0ab", "%f0%9f%90%9f" })
	void whenNameIsHostileThenNothingIsThere(String name) {
		HttpResponse<String> response = this.http.get("/v2/models/" + name);
		assertThat(response.statusCode()).isIn(400, 404);
		assertThat(HttpCaller.error(response)).isNotBlank();
	}

	@Test
	void whenParameterNamesAreThoseOfOtherServersThenTheyAreIgnored() {
		HttpResponse<String> response = this.http.post(INFER, """
				{"parameters":{"sequence_id":1,"sequence_start":true,"triton_x":"y","headers":"z"},
				 "inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1.0]}]}""");
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "multipart/form-data", "multipart/form-data; boundary=x", "multipart/", "MULTIPART/mixed",
			"*/*", "application/*", "nonsense", "a/b/c", ";", "text/plain", "application/x-www-form-urlencoded",
			"application/json; charset=nonsense", "image/png", "" })
	void whateverTheBodyClaimsToBeItIsRead(String type) {
		HttpResponse<String> response = this.http.post(INFER, """
				{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1.0]}]}""", "Content-Type", type, "Accept",
				type);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		assertThat(HttpCaller.json(response).at("/outputs/0/data").toString()).isEqualTo("[1.0]");
		assertThat(this.http.post("/v2/repository/index", "{}", "Content-Type", type).statusCode()).isEqualTo(200);
	}

	private String assertRejected(String body, String words) {
		HttpResponse<String> response = this.http.post(INFER, body);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
		assertThat(HttpCaller.error(response)).contains(words);
		return HttpCaller.error(response);
	}

}
