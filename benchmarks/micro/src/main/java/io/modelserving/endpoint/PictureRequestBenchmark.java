package io.modelserving.endpoint;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON with 228 KB of base64 from a stream: as Jackson does, with the decoder of
 * the JDK, and where it stands in the body. In the package of what it measures, which is
 * not public.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PictureRequestBenchmark {

	private static final int SIZE = 228 << 10;

	private final JsonMapper jackson = JsonMapper.builder().build();

	private final JsonMapper fast = FastBase64.in(this.jackson);

	private final byte[] json = json();

	private static byte[] json() {
		byte[] bytes = new byte[SIZE];
		new Random(42).nextBytes(bytes);
		return "{\"image\":\"%s\"}".formatted(Base64.getEncoder().encodeToString(bytes))
			.getBytes(StandardCharsets.UTF_8);
	}

	@Benchmark
	public Request byJackson() {
		return this.jackson.readValue(new ByteArrayInputStream(this.json), Request.class);
	}

	@Benchmark
	public Request byJdkDecoder() {
		return this.fast.readValue(new ByteArrayInputStream(this.json), Request.class);
	}

	@Benchmark
	public Request inPlace() throws IOException {
		byte[] bytes = BodyBytes.read(new ByteArrayInputStream(this.json), this.json.length);
		return this.fast.readValue(new JsonBody(bytes, bytes.length), Request.class);
	}

	/**
	 * What is read.
	 *
	 * @param image the picture
	 */
	public record Request(byte[] image) {
	}

}
