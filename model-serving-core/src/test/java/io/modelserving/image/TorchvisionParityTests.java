package io.modelserving.image;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.modelserving.codec.NpyTensors;
import io.modelserving.tensor.NumericTensor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares {@link PictureTensors} with torchvision's transforms on photographs. The
 * expected tensors are made by {@code pictures/make.py}.
 */
class TorchvisionParityTests {

	private static final float[] MEAN = { 0.485f, 0.456f, 0.406f };

	private static final float[] DEVIATION = { 0.229f, 0.224f, 0.225f };

	private static final PictureTensors STRETCHED = PictureTensors.of(PixelFormat.RGB, 32, 32)
		.normalize(MEAN, DEVIATION);

	private static final PictureTensors CROPPED = STRETCHED.crop(32 / 36.0);

	private static Stream<String> photographs() {
		return Stream.of("cat", "astronaut", "camera");
	}

	private static List<PictureDecoder> decoders() {
		PictureDecoder imageIo = PictureDecoder.imageIo(PictureDecoder.DEFAULT_MAX_PIXELS);
		return OpenCv.isAvailable() ? List.of(imageIo, PictureDecoder.fastest(PictureDecoder.DEFAULT_MAX_PIXELS))
				: List.of(imageIo);
	}

	@ParameterizedTest
	@MethodSource("photographs")
	void whenWholePictureIsReadThenTensorIsTorchvisions(String name) {
		for (PictureDecoder decoder : decoders()) {
			Picture picture = decoder.decode(resource(name + ".jpg"));
			assertClose(STRETCHED.toTensor(picture), name + "-stretched.npy", 0.6, 4);
			assertClose(CROPPED.toTensor(picture), name + "-cropped.npy", 0.6, 4);
		}
	}

	@ParameterizedTest
	@MethodSource("photographs")
	void whenPictureIsReadAtAFractionThenTensorIsNear(String name) {
		for (PictureDecoder decoder : decoders()) {
			byte[] encoded = resource(name + ".jpg");
			assertClose(STRETCHED.readWithMargin(2).toTensor(encoded, decoder), name + "-stretched.npy", 2, 15);
			assertClose(CROPPED.readWithMargin(2).toTensor(encoded, decoder), name + "-cropped.npy", 2, 15);
			assertClose(STRETCHED.readWithMargin(1).toTensor(encoded, decoder), name + "-stretched.npy", 10, 90);
			assertClose(STRETCHED.toTensor(encoded, decoder), name + "-stretched.npy", 0.6, 4);
		}
	}

	/**
	 * Compare tensors.
	 * @param mean the mean difference allowed, in steps of 8 bits
	 * @param most the largest difference allowed, likewise
	 */
	private static void assertClose(NumericTensor actual, String expectedName, double mean, double most) {
		float[] expected = ((NumericTensor) NpyTensors.read(resource(expectedName))).toFloats();
		float[] values = actual.toFloats();
		assertThat(values).hasSameSizeAs(expected);
		double sum = 0;
		double largest = 0;
		for (int i = 0; i < values.length; i++) {
			double steps = Math.abs(values[i] - expected[i]) * DEVIATION[i / (32 * 32)] * 255;
			sum += steps;
			largest = Math.max(largest, steps);
		}
		assertThat(sum / values.length).as("mean difference from %s in steps of 8 bits", expectedName)
			.isLessThanOrEqualTo(mean);
		assertThat(largest).as("largest difference from %s in steps of 8 bits", expectedName).isLessThanOrEqualTo(most);
	}

	private static byte[] resource(String name) {
		try (InputStream stream = TorchvisionParityTests.class.getResourceAsStream("/pictures/" + name)) {
			return stream.readAllBytes();
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

}
