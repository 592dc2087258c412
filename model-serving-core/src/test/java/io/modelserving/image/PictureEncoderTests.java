package io.modelserving.image;

import java.awt.image.BufferedImage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link PictureEncoder}.
 */
class PictureEncoderTests {

	private final PictureDecoder decoder = PictureDecoder.imageIo(1000);

	private Picture coded(Picture picture, String mediaType) {
		return this.decoder.decode(PictureEncoder.encode(picture, mediaType));
	}

	@ParameterizedTest
	@EnumSource
	void whenPictureIsWrittenAsPngThenNothingIsLost(PixelFormat format) {
		Picture picture = PictureTensorsTests.picture(7, 5, format);
		Picture read = coded(picture, PictureEncoder.PNG);
		assertThat(read.width()).isEqualTo(7);
		assertThat(read.height()).isEqualTo(5);
		for (int y = 0; y < 5; y++) {
			for (int x = 0; x < 7; x++) {
				for (int channel = 0; channel < format.channels(); channel++) {
					assertThat(read.value(x, y, channel)).isEqualTo(picture.value(x, y, channel));
				}
			}
		}
	}

	@Test
	void whenPictureIsWrittenAsJpegThenLittleIsLost() {
		byte[] pixels = new byte[16 * 16 * 3];
		for (int i = 0; i < pixels.length; i += 3) {
			pixels[i] = (byte) 200;
			pixels[i + 1] = 100;
		}
		Picture read = coded(new Picture(16, 16, PixelFormat.RGB, pixels), PictureEncoder.JPEG);
		assertThat(read.value(8, 8, 0)).isCloseTo(200, within(4));
		assertThat(read.value(8, 8, 1)).isCloseTo(100, within(4));
		assertThat(read.value(8, 8, 2)).isCloseTo(0, within(4));
	}

	@Test
	void whenTransparentImageIsWrittenAsJpegThenItIsOnWhite() {
		BufferedImage transparent = new BufferedImage(8, 8, BufferedImage.TYPE_INT_ARGB);
		Picture read = this.decoder.decode(PictureEncoder.encode(transparent, PictureEncoder.JPEG));
		assertThat(read.value(4, 4, 0)).isCloseTo(255, within(2));
	}

	@Test
	void whenMediaTypeCannotBeWrittenThenThoseThatCanAreNamed() {
		Picture picture = PictureTensorsTests.picture(1, 1, PixelFormat.GRAY);
		assertThatIllegalArgumentException().isThrownBy(() -> PictureEncoder.encode(picture, "image/tiff"))
			.withMessage("image/tiff cannot be written; there are [image/png, image/jpeg]");
	}

}
