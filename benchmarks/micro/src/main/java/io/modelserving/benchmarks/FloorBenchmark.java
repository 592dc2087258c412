package io.modelserving.benchmarks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a request for the class of a photograph costs at least: each stage alone, by the
 * fastest means that a Java application has for it, none of them of this project. Prints
 * JSON: CPU milliseconds of each stage on one core while the others idle, and with all
 * cores at it.
 *
 * <pre>FloorBenchmark MODELS SECONDS THREADS</pre>
 */
public final class FloorBenchmark {

	private static final int SIDE = 224;

	private static final float[] MEAN = { 0.485f, 0.456f, 0.406f };

	private static final float[] DEVIATION = { 0.229f, 0.224f, 0.225f };

	private final JsonMapper mapper = JsonMapper.builder().build();

	private final byte[] body;

	private final byte[] jpeg;

	private final String model;

	private FloorBenchmark(Path models) throws Exception {
		this.body = Files.readAllBytes(models.resolve("photograph.json"));
		this.jpeg = Files.readAllBytes(models.resolve("photograph.jpg"));
		this.model = models.resolve("mobilenet.onnx").toString();
	}

	public static void main(String[] arguments) throws Exception {
		FloorBenchmark floor = new FloorBenchmark(Path.of(arguments[0]));
		double seconds = Double.parseDouble(arguments[1]);
		opencv_core.setNumThreads(1);
		int cores = Integer.parseInt(arguments[2]);
		floor.stages(seconds, cores);
		Map<String, Object> result = new LinkedHashMap<>();
		result.put("one_core", floor.stages(seconds, 1));
		result.put("all_cores", floor.stages(seconds, cores));
		System.out.println(floor.mapper.writeValueAsString(result));
	}

	private Map<String, Double> stages(double seconds, int threads) throws Exception {
		Map<String, Double> stages = new LinkedHashMap<>();
		compile();
		stages.put("json_base64", Measured.cpuMillis(threads, seconds, (thread) -> () -> fromJson(this.body)));
		stages.put("jpeg_decode", Measured.cpuMillis(threads, seconds, (thread) -> new Decoder(this.jpeg)::decode));
		stages.put("resize_normalise",
				Measured.cpuMillis(threads, seconds, (thread) -> new Resizer(new Decoder(this.jpeg).decode())::resize));
		try (OrtEnvironment environment = OrtEnvironment.getEnvironment();
				OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
			options.setIntraOpNumThreads(1);
			try (OrtSession session = environment.createSession(this.model, options)) {
				stages.put("session_run",
						Measured.cpuMillis(threads, seconds, (thread) -> runner(environment, session)));
			}
		}
		return stages;
	}

	/**
	 * Have the decoder of base64 compiled, which goes by the number of calls: a large
	 * body makes few in the time that there is.
	 */
	private void compile() {
		byte[] small = ("{\"image\": \"" + "A".repeat(4096) + "\"}").getBytes(StandardCharsets.US_ASCII);
		for (int i = 0; i < 20_000; i++) {
			if (fromJson(small).length != 3072) {
				throw new IllegalStateException("base64 was not decoded");
			}
		}
	}

	private byte[] fromJson(byte[] json) {
		try (JsonParser parser = this.mapper.createParser(json)) {
			while (parser.nextToken() != JsonToken.VALUE_STRING) {
				continue;
			}
			return Base64.getDecoder().decode(parser.getString());
		}
	}

	private static Runner runner(OrtEnvironment environment, OrtSession session) {
		return new Runner(environment, session,
				ByteBuffer.allocateDirect(3 * SIDE * SIDE * Float.BYTES)
					.order(ByteOrder.nativeOrder())
					.asFloatBuffer());
	}

	/** Reads the photograph at half its size, the smallest that is still large enough. */
	private static final class Decoder {

		private final Mat encoded;

		private final Mat picture = new Mat();

		Decoder(byte[] jpeg) {
			this.encoded = new Mat(1, jpeg.length, opencv_core.CV_8UC1, new BytePointer(jpeg));
		}

		Mat decode() {
			opencv_imgcodecs.imdecode(this.encoded, opencv_imgcodecs.IMREAD_REDUCED_COLOR_2, this.picture);
			return this.picture;
		}

	}

	/** Resizes, reorders and normalises into one direct buffer. */
	private static final class Resizer {

		private final Mat picture;

		private final Mat resized = new Mat(SIDE, SIDE, opencv_core.CV_8UC3);

		private final byte[] pixels = new byte[3 * SIDE * SIDE];

		private final Size size = new Size(SIDE, SIDE);

		private final FloatBuffer target = ByteBuffer.allocateDirect(3 * SIDE * SIDE * Float.BYTES)
			.order(ByteOrder.nativeOrder())
			.asFloatBuffer();

		Resizer(Mat picture) {
			this.picture = picture;
		}

		FloatBuffer resize() {
			opencv_imgproc.resize(this.picture, this.resized, this.size, 0, 0, opencv_imgproc.INTER_LINEAR);
			this.resized.data().get(this.pixels);
			for (int channel = 0; channel < 3; channel++) {
				float factor = 1 / (255 * DEVIATION[channel]);
				float offset = -MEAN[channel] / DEVIATION[channel];
				int start = channel * SIDE * SIDE;
				// OpenCV's pixels are blue, green, red
				for (int i = 0, from = 2 - channel; i < SIDE * SIDE; i++, from += 3) {
					this.target.put(start + i, (this.pixels[from] & 0xff) * factor + offset);
				}
			}
			return this.target;
		}

	}

	private record Runner(OrtEnvironment environment, OrtSession session,
			FloatBuffer pixels) implements Callable<Integer> {

		@Override
		public Integer call() throws OrtException {
			try (OnnxTensor tensor = OnnxTensor.createTensor(this.environment, this.pixels,
					new long[] { 1, 3, SIDE, SIDE });
					OrtSession.Result outputs = this.session.run(Map.of("pixels", tensor))) {
				return ((OnnxTensor) outputs.get(0)).getFloatBuffer().remaining();
			}
		}

	}

}
