package io.modelserving.endpoint.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests how bodies of typed endpoints are compressed, in an application that has its
 * server compress whatever it can.
 */
@EndpointHttpTest
@TestPropertySource(properties = { "server.compression.enabled=true", "server.compression.min-response-size=1B",
		"model-serving.endpoints.max-request-size=4MB", "model-serving.endpoints.max-inflation-ratio=50" })
class ContentCodingHttpTests {

	private static final int LARGE = 2000;

	private final CodecCaller caller;

	ContentCodingHttpTests(@LocalServerPort int port) {
		this.caller = new CodecCaller(port);
	}

	static byte[] compress(String coding, byte[] body) throws IOException {
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		try (OutputStream stream = switch (coding) {
			case "zstd" -> new ZstdOutputStream(target);
			case "gzip" -> new GZIPOutputStream(target);
			case "deflate" -> new DeflaterOutputStream(target);
			default -> target;
		}) {
			stream.write(body);
		}
		return target.toByteArray();
	}

	private static byte[] inflate(String coding, byte[] body) throws IOException {
		ByteArrayInputStream source = new ByteArrayInputStream(body);
		try (InputStream stream = switch (coding) {
			case "zstd" -> new ZstdInputStream(source);
			case "gzip" -> new GZIPInputStream(source);
			case "deflate" -> new InflaterInputStream(source);
			default -> source;
		}) {
			return stream.readAllBytes();
		}
	}

	private static byte[] numbers(int count) {
		return CodecCaller.bytes("[0" + ",1".repeat(count - 1) + "]");
	}

	private HttpResponse<byte[]> post(byte[] body, String... headers) {
		String[] all = Arrays.copyOf(headers, headers.length + 2);
		all[headers.length] = "Content-Type";
		all[headers.length + 1] = "application/json";
		return this.caller.post("/vector", body, all);
	}

	@ParameterizedTest
	@CsvSource({ "gzip, gzip", "zstd, zstd", "deflate, deflate", "'gzip, deflate, br, zstd', gzip",
			"'gzip;q=0.5, zstd', zstd", "'br, *', gzip" })
	void responseIsCompressedOnce(String accepted, String coding) throws IOException {
		HttpResponse<byte[]> response = post(numbers(LARGE), "Accept-Encoding", accepted);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().allValues("Content-Encoding")).containsExactly(coding);
		assertThat(String.join(",", response.headers().allValues("Vary"))).containsIgnoringCase("Accept-Encoding");
		assertThat(response.body()).hasSizeLessThan(1000);
		assertThat(inflate(coding, response.body()))
			.isEqualTo(CodecCaller.bytes("[0.0" + ",1.0".repeat(LARGE - 1) + "]"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "identity", "br", "gzip;q=0", "" })
	void whenNoCodingIsAcceptedThenResponseIsAsItIs(String accepted) {
		HttpResponse<byte[]> response = post(numbers(LARGE), "Accept-Encoding", accepted);
		assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
		assertThat(response.headers().firstValue("Vary").orElse("")).isEqualToIgnoringCase("Accept-Encoding");
		assertThat(CodecCaller.text(response)).startsWith("[0.0,1.0");
	}

	/** What is short is left to the server, which this application has compress all. */
	@Test
	void whenResponseIsShortThenTheServerCompressesAsItIsTold() throws IOException {
		HttpResponse<byte[]> response = post(numbers(3), "Accept-Encoding", "gzip");
		assertThat(response.headers().allValues("Content-Encoding")).containsExactly("gzip");
		assertThat(inflate("gzip", response.body())).isEqualTo(CodecCaller.bytes("[0.0,1.0,1.0]"));
		assertThat(post(numbers(3), "Accept-Encoding", "zstd").body()).isEqualTo(CodecCaller.bytes("[0.0,1.0,1.0]"));
	}

	@Test
	void problemsAreNotCompressedHere() {
		HttpResponse<byte[]> response = post(CodecCaller.bytes("["), "Accept-Encoding", "zstd");
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "gzip", "zstd", "deflate" })
	void requestMayBeCompressed(String coding) throws IOException {
		HttpResponse<byte[]> response = post(compress(coding, numbers(LARGE)), "Content-Encoding", coding);
		assertThat(response.statusCode()).as(CodecCaller.text(response)).isEqualTo(200);
		assertThat(response.body()).hasSizeGreaterThan(LARGE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "gzip", "zstd", "deflate" })
	void whenRequestIsNotCompressedAsItSaysThen400(String coding) throws IOException {
		byte[] good = compress(coding, numbers(LARGE));
		for (byte[] broken : new byte[][] { numbers(3), {}, Arrays.copyOf(good, good.length / 2) }) {
			assertThat(CodecCaller.detail(post(broken, "Content-Encoding", coding), 400))
				.isEqualTo("The body is not what Content-Encoding %s stands for".formatted(coding));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "gzip", "zstd", "deflate" })
	void whenRequestInflatesBeyondTheLimitThen413(String coding) throws IOException {
		byte[] noise = new byte[5 << 20];
		for (int i = 0; i < noise.length; i++) {
			noise[i] = (byte) ((i * i) >> 8);
		}
		assertThat(CodecCaller.detail(post(compress(coding, noise), "Content-Encoding", coding), 413)).isIn(
				"The body is larger than 4194304 bytes (model-serving.endpoints.max-request-size)",
				"The body inflates to more than 50 times its size (model-serving.endpoints.max-inflation-ratio)");
	}

	@ParameterizedTest
	@ValueSource(strings = { "gzip", "zstd", "deflate" })
	void whenRequestInflatesTooMuchThen413(String coding) throws IOException {
		byte[] spaces = new byte[3 << 20];
		Arrays.fill(spaces, (byte) ' ');
		byte[] bomb = compress(coding, spaces);
		assertThat(bomb).hasSizeLessThan(10_000);
		assertThat(CodecCaller.detail(post(bomb, "Content-Encoding", coding), 413)).isEqualTo(
				"The body inflates to more than 50 times its size (model-serving.endpoints.max-inflation-ratio)");
	}

	@Test
	void whenRequestIsSmallThenItMayInflateAsMuchAsItWill() throws IOException {
		byte[] padded = Arrays.copyOf(numbers(3), 900_000);
		Arrays.fill(padded, numbers(3).length, padded.length, (byte) ' ');
		byte[] compressed = compress("gzip", padded);
		assertThat(compressed).hasSizeLessThan(900_000 / 50);
		assertThat(post(compressed, "Content-Encoding", "gzip").statusCode()).isEqualTo(200);
	}

	/** The window alone would take 128 MB. */
	@Test
	void whenWindowIsLargerThanBodiesMayHaveThen400() throws IOException {
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		try (ZstdOutputStream stream = new ZstdOutputStream(target)) {
			stream.setLong(27);
			stream.write(numbers(LARGE));
		}
		assertThat(CodecCaller.detail(post(target.toByteArray(), "Content-Encoding", "zstd"), 400))
			.contains("not what Content-Encoding zstd stands for");
	}

	@ParameterizedTest
	@ValueSource(strings = { "gzip, gzip", "gzip, zstd", "zstd, identity", "br" })
	void stackedAndUnknownCodingsAreRejected(String coding) {
		HttpResponse<byte[]> response = post(numbers(3), "Content-Encoding", coding);
		assertThat(CodecCaller.detail(response, 415)).contains(coding, "gzip, zstd, deflate");
		assertThat(response.headers().firstValue("Accept-Encoding")).hasValue("gzip, zstd, deflate");
	}

}
