package io.modelserving.sample.digits;

import org.junit.jupiter.api.Test;

import io.modelserving.image.Picture;
import io.modelserving.image.PixelFormat;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DigitEndpoint}.
 */
class DigitEndpointTests {

	private static final NamedTensors ANSWER = NamedTensors.of("label", Tensor.of(Shape.of(1), 2L), "probabilities",
			Tensor.of(Shape.of(1, 3), 0.1f, 0.2f, 0.7f));

	private final DigitEndpoint endpoint = new DigitEndpoint();

	@Test
	void whenPixelsAreEncodedThenTheyKeepTheirOrder() {
		NamedTensors inputs = this.endpoint.encode(this.endpoint.example());
		assertThat(inputs.get("pixels").shape()).isEqualTo(Shape.of(1, 8, 8));
		assertThat(inputs.numeric("pixels").toFloats()).startsWith(0, 0, 6, 9, 11, 9, 0, 0, 0, 13)
			.endsWith(12, 7, 1, 0);
	}

	@Test
	void whenProbabilitiesAreAskedForThenTheyAreThere() {
		assertThat(this.endpoint.decode(this.endpoint.example(), ANSWER).probabilities()).containsExactly(0.1f, 0.2f,
				0.7f);
	}

	@Test
	void whenProbabilitiesAreNotAskedForThenThereIsTheDigitOnly() {
		DigitImage image = new DigitImage(this.endpoint.example().pixels(), null);
		assertThat(this.endpoint.decode(image, ANSWER)).isEqualTo(new DigitPrediction(2, null));
	}

	@Test
	void whenPictureIsLargerThenBlocksOfPixelsAreAveraged() {
		byte[] pixels = new byte[16 * 16];
		pixels[0] = (byte) 255;
		pixels[17] = (byte) 255;
		DigitImage image = this.endpoint.fromPicture(new Picture(16, 16, PixelFormat.GRAY, pixels));
		assertThat(image.pixels().get(0).get(0)).isEqualTo(8);
		assertThat(image.pixels().get(0).get(1)).isZero();
	}

}
