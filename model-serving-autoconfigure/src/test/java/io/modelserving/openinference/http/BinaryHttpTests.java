package io.modelserving.openinference.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests the extension of the protocol for tensors as bytes, over HTTP.
 */
@OpenInferenceHttpTest
class BinaryHttpTests {

	private static final String INFER = "/v2/models/echo/infer";

	private static final String JSON_LENGTH = "Inference-Header-Content-Length";

	private final FakeModels models;

	private final HttpCaller http;

	BinaryHttpTests(@Autowired FakeModels models, @LocalServerPort int port) {
		this.models = models;
		this.http = new HttpCaller(port);
	}

	@BeforeEach
	void addModels() {
		this.models.reset();
		addModel("echo", TensorSpec.of("x", DataType.FP32, Shape.of(-1, 2)));
		addModel("text", TensorSpec.of("x", DataType.BYTES, Shape.of(-1)));
		addModel("open", TensorSpec.of("x", DataType.FP16, Shape.of(-1, -1, -1)));
		addModel("pair", TensorSpec.of("x", DataType.FP32, Shape.of(1)),
				TensorSpec.of("y", DataType.FP32, Shape.of(1)));
	}

	private void addModel(String name, TensorSpec... specs) {
		this.models.add(new ModelKey(name, 1), new ModelSignature(List.of(specs), List.of(specs)),
				NamedTensors.of(Map.of()));
	}

	static Stream<Arguments> tensors() {
		return Stream.of(arguments("BOOL", "[3]", "000100"), arguments("UINT8", "[2]", "00ff"),
				arguments("UINT16", "[1,2]", "0100ffff"), arguments("UINT32", "[1]", "ffffffff"),
				arguments("UINT64", "[1]", "0100000000000080"), arguments("INT8", "[2]", "807f"),
				arguments("INT16", "[1]", "0080"), arguments("INT32", "[]", "01020304"),
				arguments("INT64", "[1]", "0102030405060708"), arguments("FP16", "[2]", "003c007e"),
				arguments("BF16", "[2]", "803fc07f"), arguments("FP32", "[1,1,1,2]", "0000c07f000080ff"),
				arguments("FP64", "[1]", "000000000000f87f"), arguments("BYTES", "[2]", "0000000003000000e282ac"));
	}

	@ParameterizedTest
	@MethodSource("tensors")
	void bytesComeBackAsTheyWent(String dataType, String shape, String hex) {
		byte[] bytes = HexFormat.of().parseHex(hex);
		byte[] json = json("""
				{"parameters":{"binary_data_output":true},"inputs":[{"name":"x","shape":%s,"datatype":"%s",\
				"parameters":{"binary_data_size":%d}}]}""".formatted(shape, dataType, bytes.length));
		HttpResponse<byte[]> response = send(json, bytes);
		Answer answer = Answer.of(response);
		assertThat(answer.json()).isEqualTo("""
				{"model_name":"echo","model_version":"1","outputs":[{"name":"x","shape":%s,"datatype":"%s",\
				"parameters":{"binary_data_size":%d}}]}""".formatted(shape, dataType, bytes.length));
		assertThat(answer.bytes()).isEqualTo(bytes);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
		assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(response.body().length);
	}

	@ParameterizedTest
	@CsvSource({ "true,,true", "true,false,false", "false,true,true", ",true,true", ",,false" })
	void whatIsSaidOfOneOutputCountsMoreThanWhatIsSaidOfAll(Boolean all, Boolean one, boolean binary) {
		String body = """
				{"parameters":{%s},"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,2]}],\
				"outputs":[{"name":"x","parameters":{%s}}]}""".formatted(
				(all != null) ? "\"binary_data_output\":" + all : "", (one != null) ? "\"binary_data\":" + one : "");
		HttpResponse<byte[]> response = this.http.exchange(INFER, json(body));
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue(JSON_LENGTH).isPresent()).isEqualTo(binary);
	}

	@Test
	void whenTheOnlyBinaryOutputIsEmptyThenTheAnswerIsJson() {
		HttpResponse<String> response = this.http.post(INFER, """
				{"parameters":{"binary_data_output":true},
				"inputs":[{"name":"x","shape":[0,2],"datatype":"FP32","parameters":{"binary_data_size":0}}]}""");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue(JSON_LENGTH)).isEmpty();
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
		assertThat(HttpCaller.json(response).at("/outputs/0").toString()).isEqualTo(
				"{\"name\":\"x\",\"shape\":[0,2],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":0}}");
	}

	@Test
	void whenBodyIsRawThenItIsTheOnlyInput() {
		byte[] floats = new byte[8 * 4];
		Arrays.fill(floats, (byte) 1);
		Answer answer = Answer.of(this.http.exchange(INFER, floats, JSON_LENGTH, "0"));
		assertThat(answer.json()).contains("\"shape\":[4,2]");
		assertThat(answer.bytes()).isEqualTo(floats);
		assertThat(Answer.of(this.http.exchange("/v2/models/text/infer", json("427"), JSON_LENGTH, "0")).bytes())
			.isEqualTo(HexFormat.of().parseHex("03000000343237"));
	}

	@Test
	void whenBodyIsSentInChunksThenItIsReadTheSame() {
		byte[] floats = new byte[16];
		HttpResponse<String> raw = this.http.post(INFER,
				BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(floats)), JSON_LENGTH, "0");
		assertThat(raw.statusCode()).isEqualTo(200);
		assertThat(raw.body()).contains("\"shape\":[2,2]");
		byte[] json = json("""
				{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","parameters":{"binary_data_size":8}}]}""");
		HttpResponse<String> mixed = this.http.post(INFER,
				BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(concat(json, new byte[8]))), JSON_LENGTH,
				Integer.toString(json.length));
		assertThat(mixed.body()).contains("\"data\":[0.0,0.0]");
	}

	@Test
	void whenEachByteIsAChunkThenItIsReadTheSame() {
		StringBuilder request = new StringBuilder("POST " + INFER + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
				+ JSON_LENGTH + ": 0\r\nTransfer-Encoding: chunked\r\n\r\n");
		for (int i = 0; i < 800; i++) {
			request.append("1\r\n").append((char) (i % 4)).append("\r\n");
		}
		String answer = new RawHttp(this.http.port()).exchange(request.append("0\r\n\r\n").toString());
		assertThat(answer).startsWith("HTTP/1.1 200").contains("\"shape\":[100,2]");
	}

	@Test
	void whenModelTakesMoreThanOneInputThenRawBodyIsRejected() {
		HttpResponse<String> response = this.http.post("/v2/models/pair/infer", "12341234", JSON_LENGTH, "0");
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(HttpCaller.error(response))
			.startsWith("a body without JSON is the one input of a model, but this one takes 2");
	}

	@Test
	void whenShapeOfRawBodyCannotBeToldThenItIsRejected() {
		HttpResponse<String> response = this.http.post("/v2/models/open/infer", "12345678", JSON_LENGTH, "0");
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(HttpCaller.error(response)).contains("leaves more than one dimension open");
	}

	@ParameterizedTest
	@ValueSource(strings = { "-1", "x", "", "1.5", "99999999999999999999", "100000" })
	void whenLengthOfJsonMakesNoSenseThenStatusIsBadRequest(String length) {
		HttpResponse<String> response = this.http.post(INFER, "{\"inputs\":[]}", JSON_LENGTH, length);
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(HttpCaller.error(response)).contains(JSON_LENGTH);
		assertThat(this.models.requests()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "8,9", "8,7", "8,0", "0,4" })
	void whenThereAreMoreOrFewerBytesThanAnnouncedThenStatusIsBadRequest(int announced, int sent) {
		byte[] json = json("""
				{"inputs":[{"name":"x","shape":[%d,2],"datatype":"FP32","parameters":{"binary_data_size":%d}}]}"""
			.formatted(announced / 8, announced));
		HttpResponse<byte[]> response = send(json, new byte[sent]);
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(new String(response.body(), StandardCharsets.UTF_8)).startsWith("{\"error\":");
		assertThat(this.models.requests()).isEmpty();
	}

	@Test
	void whenHeaderPointsIntoTheJsonThenStatusIsBadRequest() {
		HttpResponse<String> response = this.http.post(INFER, "{\"inputs\":[]}", JSON_LENGTH, "5");
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(HttpCaller.error(response)).startsWith("broken JSON");
	}

	@Test
	void whenBytesPassTheLimitOfTheBodyThenStatusIsTooLarge() {
		HttpResponse<byte[]> response = send(json("{\"inputs\":[]}"), new byte[10 * 1024]);
		assertThat(response.statusCode()).isEqualTo(413);
	}

	@Test
	void classesOfAnOutputComeAsStrings() {
		HttpResponse<String> response = this.http.post(INFER, """
				{"inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[0.25,0.75,3,1]}],
				"outputs":[{"name":"x","parameters":{"classification":1}}]}""");
		assertThat(response.body()).contains("""
				{"name":"x","shape":[2,1],"datatype":"BYTES","data":["0.750000:1","3.000000:0"]}""");
	}

	@Test
	void classesOfAnOutputCanBeBytes() {
		Answer answer = Answer.of(this.http.exchange(INFER, json("""
				{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[0.25,0.75]}],
				"outputs":[{"name":"x","parameters":{"classification":1,"binary_data":true}}]}""")));
		assertThat(answer.bytes()).isEqualTo(concat(new byte[] { 10, 0, 0, 0 }, json("0.750000:1")));
	}

	@Test
	void whenClassesAreWantedOfAnOutputWithoutScoresThenStatusIsBadRequest() {
		HttpResponse<String> response = this.http.post("/v2/models/text/infer", """
				{"inputs":[{"name":"x","shape":[1],"datatype":"BYTES","data":["a"]}],
				"outputs":[{"name":"x","parameters":{"classification":1}}]}""");
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(HttpCaller.error(response))
			.isEqualTo("output \"x\": classes need scores, but its elements are BYTES");
	}

	private HttpResponse<byte[]> send(byte[] json, byte[] bytes) {
		return this.http.exchange(INFER, concat(json, bytes), JSON_LENGTH, Integer.toString(json.length));
	}

	private static byte[] json(String json) {
		return json.getBytes(StandardCharsets.UTF_8);
	}

	private static byte[] concat(byte[] first, byte[] second) {
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		all.writeBytes(first);
		all.writeBytes(second);
		return all.toByteArray();
	}

	private record Answer(String json, byte[] bytes) {

		static Answer of(HttpResponse<byte[]> response) {
			assertThat(response.statusCode()).as(() -> new String(response.body(), StandardCharsets.UTF_8))
				.isEqualTo(200);
			int length = (int) response.headers().firstValueAsLong(JSON_LENGTH).orElseThrow();
			return new Answer(new String(response.body(), 0, length, StandardCharsets.UTF_8),
					Arrays.copyOfRange(response.body(), length, response.body().length));
		}

	}

}
