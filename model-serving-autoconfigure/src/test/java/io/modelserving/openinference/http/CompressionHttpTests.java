package io.modelserving.openinference.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import io.modelserving.autoconfigure.OpenInferenceTestApplication;
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
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests what is compressed below {@code /v2}, in an application that has its server
 * compress whatever it can.
 */
@SpringBootTest(classes = OpenInferenceTestApplication.class, webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "model-serving.open-inference.max-request-size=100KB",
				"model-serving.open-inference.compression.min-response-size=1KB", "server.compression.enabled=true",
				"server.compression.min-response-size=1B",
				"server.compression.mime-types=application/json,application/octet-stream,text/html",
				"spring.main.banner-mode=off" })
class CompressionHttpTests {

	private static final String INFER = "/v2/models/echo/infer";

	private static final String JSON_LENGTH = "Inference-Header-Content-Length";

	private final FakeModels models;

	private final HttpCaller http;

	CompressionHttpTests(@Autowired FakeModels models, @LocalServerPort int port) {
		this.models = models;
		this.http = new HttpCaller(port);
	}

	@BeforeEach
	void addModel() {
		this.models.reset();
		List<TensorSpec> specs = List.of(TensorSpec.of("x", DataType.UINT8, Shape.of(-1)));
		this.models.add(new ModelKey("echo", 1), new ModelSignature(specs, specs), NamedTensors.of(Map.of()));
	}

	@ParameterizedTest
	@CsvSource({ "gzip, 1", "x-gzip, 1", "GZIP, 1", "deflate, 1", "gzip, 20000", "deflate, 20000", "zstd, 1",
			"zstd, 20000", "identity, 20000" })
	void requestMayBeCompressedAndTheLengthOfItsJsonIsThatBefore(String encoding, int elements) throws IOException {
		byte[] json = json("""
				{"inputs":[{"name":"x","shape":[%d],"datatype":"UINT8","parameters":{"binary_data_size":%d}}]}"""
			.formatted(elements, elements));
		byte[] body = Arrays.copyOf(json, json.length + elements);
		HttpResponse<byte[]> response = this.http.exchange(INFER, compress(encoding, body), JSON_LENGTH,
				Integer.toString(json.length), "Content-Encoding", encoding);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(this.models.requests()).singleElement()
			.satisfies((request) -> assertThat(request.inputs().get("x").shape()).isEqualTo(Shape.of(elements)));
	}

	@ParameterizedTest
	@CsvSource({ "gzip, gzip", "deflate, deflate", "'gzip;q=0.1, deflate', deflate", "'gzip, deflate', gzip",
			"'br, *', gzip", "zstd, zstd", "'gzip, deflate, br, zstd', gzip" })
	void answerIsCompressedAsTheClientLikesIt(String accepted, String encoding) throws IOException {
		HttpResponse<byte[]> response = this.http.exchange(INFER, json(request(5000)), "Accept-Encoding", accepted);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Encoding")).hasValue(encoding);
		assertThat(response.headers().allValues("Vary")).contains("Accept-Encoding");
		int length = (int) response.headers().firstValueAsLong(JSON_LENGTH).orElseThrow();
		byte[] body = inflate(encoding, response.body());
		assertThat(new String(body, 0, length, StandardCharsets.UTF_8)).endsWith("{\"binary_data_size\":5000}}]}");
		assertThat(body).hasSize(length + 5000);
		assertThat(response.body()).hasSizeLessThan(1000);
	}

	@Test
	void jsonIsCompressedToo() throws IOException {
		HttpResponse<byte[]> response = this.http.exchange(INFER,
				json(request(5000).replace("\"binary_data_output\":true", "")), "Accept-Encoding", "gzip");
		assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
		assertThat(new String(inflate("gzip", response.body()), StandardCharsets.UTF_8)).endsWith(",0,0,0]}]}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "identity", "br", "gzip;q=0" })
	void whenClientLikesNoCodingThatThereIsThenAnswerIsAsItIs(String accepted) {
		HttpResponse<byte[]> response = this.http.exchange(INFER, json(request(5000)), "Accept-Encoding", accepted);
		assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
		assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(response.body().length);
	}

	@Test
	void whenAnswerIsShortThenItIsAsItIs() {
		HttpResponse<byte[]> response = this.http.exchange(INFER, json(request(5)), "Accept-Encoding", "gzip");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
		assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(response.body().length);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/v2", "/v2/models/echo", "/v2/health/ready", "/v2/models/unknown" })
	void metadataAndErrorsAreNeverCompressed(String path) {
		HttpResponse<String> response = this.http
			.send(this.http.request(path).header("Accept-Encoding", "gzip, deflate").GET());
		assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
		assertThat(response.body()).startsWith("{\"");
	}

	@Test
	void whenPathIsNotTheProtocolsThenTheServerCompressesAsItIsTold() {
		HttpResponse<String> response = this.http
			.send(this.http.request("/v3/api-docs").header("Accept-Encoding", "gzip").GET());
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
	}

	@ParameterizedTest
	@ValueSource(strings = { "br", "compress", "gzip, gzip", "zst" })
	void whenEncodingIsUnknownThenKnownOnesAreNamed(String encoding) {
		HttpResponse<String> response = this.http.post(INFER, request(5), "Content-Encoding", encoding);
		assertThat(response.statusCode()).isEqualTo(501);
		assertThat(response.headers().firstValue("Accept-Encoding")).hasValue("gzip, zstd, deflate");
		assertThat(HttpCaller.error(response)).isEqualTo("Content-Encoding \"" + encoding
				+ "\" is not supported; send the body as it" + " is, or by one of gzip, zstd, deflate", encoding);
	}

	@ParameterizedTest
	@ValueSource(strings = { "gzip", "deflate", "zstd" })
	void whenBodyIsNotCompressedAsItSaysThenStatusIsBadRequest(String encoding) throws IOException {
		assertBroken(json(request(5)), encoding);
		assertBroken(new byte[0], encoding);
		byte[] good = compress(encoding, json(request(5)));
		assertBroken(Arrays.copyOf(good, good.length - 9), encoding);
	}

	private void assertBroken(byte[] body, String encoding) {
		HttpResponse<String> response = this.http.post(INFER, BodyPublishers.ofByteArray(body), "Content-Encoding",
				encoding);
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(HttpCaller.error(response)).startsWith("the body is broken, as").contains(encoding);
		assertThat(this.models.requests()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "gzip", "deflate", "zstd" })
	void whenBodyInflatesBeyondTheLimitThenStatusIsTooLarge(String encoding) throws IOException {
		byte[] bomb = compress(encoding, new byte[50_000_000]);
		assertThat(bomb).hasSizeLessThan(100 * 1024);
		HttpResponse<String> response = this.http.post(INFER, BodyPublishers.ofByteArray(bomb), "Content-Encoding",
				encoding, JSON_LENGTH, "0");
		assertThat(response.statusCode()).isEqualTo(413);
		assertThat(HttpCaller.error(response)).startsWith("the body is larger than 102400 bytes");
	}

	private static String request(int elements) {
		return """
				{"parameters":{"binary_data_output":true},\
				"inputs":[{"name":"x","shape":[%d],"datatype":"UINT8","data":[0%s]}]}""".formatted(elements,
				",0".repeat(elements - 1));
	}

	private static byte[] json(String json) {
		return json.getBytes(StandardCharsets.UTF_8);
	}

	private static byte[] compress(String encoding, byte[] body) throws IOException {
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		try (OutputStream stream = switch (encoding) {
			case "deflate" -> new DeflaterOutputStream(target);
			case "identity" -> target;
			case "zstd" -> new ZstdOutputStream(target);
			default -> new GZIPOutputStream(target);
		}) {
			stream.write(body);
		}
		return target.toByteArray();
	}

	private static byte[] inflate(String encoding, byte[] body) throws IOException {
		ByteArrayInputStream source = new ByteArrayInputStream(body);
		try (InputStream stream = encoding.equals("gzip") ? new GZIPInputStream(source)
				: encoding.equals("zstd") ? new ZstdInputStream(source) : new InflaterInputStream(source)) {
			return stream.readAllBytes();
		}
	}

}
