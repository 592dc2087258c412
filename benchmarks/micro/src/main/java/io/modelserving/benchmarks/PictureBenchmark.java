package io.modelserving.benchmarks;

import java.awt.image.BufferedImage;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.modelserving.image.Picture;
import io.modelserving.image.PictureBuffers;
import io.modelserving.image.PictureDecoder;
import io.modelserving.image.PictureEncoder;
import io.modelserving.image.PictureTensors;
import io.modelserving.image.PixelFormat;
import io.modelserving.image.Resize;
import io.modelserving.tensor.NumericTensor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Makes a JPEG of 1200 × 727 pixels and some 230 KB a tensor of 3 × 224 × 224: decodes
 * all of it or at half of its size, resizes it, and does both. Medians are to be
 * compared: they do not mind what else the machine does.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PictureBenchmark {

	private static final int WIDTH = 1200;

	private static final int HEIGHT = 727;

	private static final int SIDE = 224;

	private static final int NOISE = 16;

	private static final int REPEATED = 10;

	private final PictureDecoder decoder = PictureDecoder.fastest(PictureDecoder.DEFAULT_MAX_PIXELS);

	private final PictureTensors antialiased = PictureTensors.of(PixelFormat.RGB, SIDE, SIDE)
		.normalize(new float[] { 0.485f, 0.456f, 0.406f }, new float[] { 0.229f, 0.224f, 0.225f });

	private final PictureTensors bilinear = this.antialiased.resize(Resize.BILINEAR);

	private final PictureTensors shrunk = this.bilinear.readWithMargin(1);

	private final byte[] jpeg = PictureEncoder.encode(image(), PictureEncoder.JPEG);

	private final Picture whole = decodeWhole();

	private final Picture half = decodeHalf();

	/** Smooth with some noise, which together take about what a photograph does. */
	private static BufferedImage image() {
		Random random = new Random(42);
		BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
		for (int y = 0; y < HEIGHT; y++) {
			for (int x = 0; x < WIDTH; x++) {
				int noise = random.nextInt(NOISE);
				int red = x * 200 / WIDTH + noise;
				int green = y * 200 / HEIGHT + noise;
				int blue = (x + y) * 100 / WIDTH + noise;
				image.setRGB(x, y, (red << 16) | (green << 8) | blue);
			}
		}
		return image;
	}

	@Benchmark
	public Picture decodeWhole() {
		return this.decoder.decode(this.jpeg);
	}

	@Benchmark
	public Picture decodeHalf() {
		return this.decoder.decode(this.jpeg, (width, height) -> 2);
	}

	@Benchmark
	public NumericTensor resizeHalfBilinear() {
		return this.bilinear.toTensor(this.half);
	}

	@Benchmark
	public NumericTensor resizeHalfAntialiased() {
		return this.antialiased.toTensor(this.half);
	}

	@Benchmark
	public NumericTensor resizeWholeAntialiased() {
		return this.antialiased.toTensor(this.whole);
	}

	@Benchmark
	public NumericTensor toTensor() {
		return this.shrunk.toTensor(this.jpeg, this.decoder);
	}

	@Benchmark
	@OperationsPerInvocation(REPEATED)
	public void toTensorInKeptMemory(Blackhole blackhole) {
		PictureBuffers.kept().during(() -> {
			for (int i = 0; i < REPEATED; i++) {
				blackhole.consume(this.shrunk.toTensor(this.jpeg, this.decoder));
			}
			return blackhole;
		});
	}

}
