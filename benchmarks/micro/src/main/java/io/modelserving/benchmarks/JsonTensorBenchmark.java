package io.modelserving.benchmarks;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.modelserving.codec.InferenceCodec;
import io.modelserving.codec.InferenceRequestBody;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a picture of 3 × 224 × 224 numbers from JSON: as a request of the Open Inference
 * Protocol into a tensor, and as nothing but an array into a {@code float[]} by Jackson
 * as it is and with its faster parser of numbers. Medians are to be compared: they do not
 * mind what else the machine does.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class JsonTensorBenchmark {

	private static final int CHANNELS = 3;

	private static final int SIDE = 224;

	private static final long MAX_BYTES = 64 << 20;

	private final JsonMapper mapper = JsonMapper.builder().build();

	private final JsonMapper fastMapper = JsonMapper
		.builder(JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build())
		.build();

	private final InferenceCodec codec = new InferenceCodec(MAX_BYTES);

	private final byte[] array = array(false).getBytes(StandardCharsets.UTF_8);

	private final byte[] flat = request("[1,3,224,224],\"data\":" + array(false));

	private final byte[] nested = request("[1,3,224,224],\"data\":[" + array(true) + "]");

	private final byte[] dataFirst = ("{\"inputs\":[{\"data\":" + array(false)
			+ ",\"name\":\"pixels\",\"datatype\":\"FP32\",\"shape\":[1,3,224,224]}]}")
		.getBytes(StandardCharsets.UTF_8);

	private static byte[] request(String shapeAndData) {
		return "{\"inputs\":[{\"name\":\"pixels\",\"datatype\":\"FP32\",\"shape\":%s}]}".formatted(shapeAndData)
			.getBytes(StandardCharsets.UTF_8);
	}

	/** As pictures are: between -2 and 2, each with the digits that it takes. */
	private static String array(boolean nested) {
		Random random = new Random(42);
		StringBuilder text = new StringBuilder("[");
		for (int channel = 0; channel < CHANNELS; channel++) {
			text.append((channel > 0) ? "," : "").append(nested ? "[" : "");
			for (int row = 0; row < SIDE; row++) {
				text.append((row > 0) ? "," : "").append(nested ? "[" : "");
				for (int column = 0; column < SIDE; column++) {
					text.append((column > 0) ? "," : "").append(random.nextFloat() * 4 - 2);
				}
				text.append(nested ? "]" : "");
			}
			text.append(nested ? "]" : "");
		}
		return text.append(']').toString();
	}

	@Benchmark
	public float[] jacksonArray() {
		return this.mapper.readValue(new ByteArrayInputStream(this.array), float[].class);
	}

	@Benchmark
	public float[] jacksonArrayFast() {
		return this.fastMapper.readValue(new ByteArrayInputStream(this.array), float[].class);
	}

	@Benchmark
	public InferenceRequestBody tensorFlat() {
		return this.codec.readRequest(new ByteArrayInputStream(this.flat));
	}

	@Benchmark
	public InferenceRequestBody tensorNested() {
		return this.codec.readRequest(new ByteArrayInputStream(this.nested));
	}

	@Benchmark
	public InferenceRequestBody tensorDataFirst() {
		return this.codec.readRequest(new ByteArrayInputStream(this.dataFirst));
	}

}
