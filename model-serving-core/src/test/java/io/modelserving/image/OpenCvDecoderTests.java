package io.modelserving.image;

import java.awt.image.BufferedImage;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for {@link OpenCvDecoder}, where there is a native library for the machine.
 */
class OpenCvDecoderTests extends PictureDecoderContract {

	private static final PictureDecoder NO_OTHERS = new ImageIoDecoder(1);

	@BeforeAll
	static void openCvIsThere() {
		assumeThat(OpenCv.isAvailable()).as("OpenCV for this machine").isTrue();
	}

	@Override
	PictureDecoder decoder(long maxPixels) {
		return new OpenCvDecoder(new ImageIoDecoder(maxPixels), maxPixels);
	}

	@Test
	void whenPictureIsJpegThenNoOtherDecoderIsAsked() {
		byte[] jpeg = encode(image(BufferedImage.TYPE_INT_RGB), "jpeg");
		assertThat(new OpenCvDecoder(NO_OTHERS, 800).decode(jpeg).format()).isEqualTo(PixelFormat.BGR);
	}

	@Test
	void whenJpegIsGrayThenPictureIs() {
		byte[] jpeg = encode(image(BufferedImage.TYPE_BYTE_GRAY), "jpeg");
		assertThat(decoder(800).decode(jpeg).format()).isEqualTo(PixelFormat.GRAY);
	}

	@ParameterizedTest
	@CsvSource({ "1, 40, 20", "1.9, 40, 20", "2, 20, 10", "4, 10, 5", "7, 10, 5", "100, 5, 3" })
	void whenPictureMayShrinkThenItDoesByAPowerOfTwo(double factor, int width, int height) {
		byte[] jpeg = encode(image(BufferedImage.TYPE_INT_RGB), "jpeg");
		Picture picture = decoder(800).decode(jpeg, (stored, high) -> factor);
		assertThat(picture.width()).isEqualTo(width);
		assertThat(picture.height()).isEqualTo(height);
		assertColor(picture, 0, 0, 200, 100, 0);
		assertColor(picture, width - 1, height - 1, 0, 0, 255);
	}

	@Test
	void whenCameraWasTurnedThenUprightSidesAreAskedAbout() {
		byte[] jpeg = withOrientation(encode(image(BufferedImage.TYPE_INT_RGB), "jpeg"), 6);
		Picture picture = decoder(800).decode(jpeg, (width, height) -> (width == 20 && height == 40) ? 2 : 1);
		assertThat(picture).hasToString("BGR picture of 10 x 20 pixels");
	}

}
