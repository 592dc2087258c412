package io.modelserving.image;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.modelserving.image.PictureException.Reason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

/**
 * What every {@link PictureDecoder} does.
 */
abstract class PictureDecoderContract {

	private final PictureDecoder decoder = decoder(10_000);

	abstract PictureDecoder decoder(long maxPixels);

	static BufferedImage image(int type) {
		BufferedImage image = new BufferedImage(40, 20, type);
		Graphics2D graphics = image.createGraphics();
		graphics.setColor(Color.BLUE);
		graphics.fillRect(0, 0, 40, 20);
		graphics.setColor(new Color(200, 100, 0));
		graphics.fillRect(0, 0, 20, 10);
		graphics.dispose();
		return image;
	}

	static byte[] encode(BufferedImage image, String format) {
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		try {
			assertThat(ImageIO.write(image, format, target)).as("there is a writer for " + format).isTrue();
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
		return target.toByteArray();
	}

	@ParameterizedTest
	@ValueSource(strings = { "png", "jpeg", "gif", "bmp" })
	void whenFormatIsAcceptedThenPictureIsRead(String format) {
		Picture picture = this.decoder.decode(encode(image(BufferedImage.TYPE_INT_RGB), format));
		assertThat(picture.width()).isEqualTo(40);
		assertThat(picture.height()).isEqualTo(20);
		assertColor(picture, 5, 5, 200, 100, 0);
		assertColor(picture, 35, 15, 0, 0, 255);
	}

	static void assertColor(Picture picture, int x, int y, int red, int green, int blue) {
		assertThat(picture.value(x, y, 0)).isCloseTo(red, within(8));
		assertThat(picture.value(x, y, 1)).isCloseTo(green, within(8));
		assertThat(picture.value(x, y, 2)).isCloseTo(blue, within(8));
	}

	@Test
	void whenPictureIsGrayThenSamplesAreThoseOfTheFile() {
		BufferedImage gray = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_GRAY);
		gray.getRaster().setSamples(0, 0, 3, 1, 0, new int[] { 0, 100, 255 });
		Picture picture = this.decoder.decode(encode(gray, "png"));
		assertThat(picture.format()).isEqualTo(PixelFormat.GRAY);
		assertThat(picture.pixels()).containsExactly(0, 100, 255);
	}

	@Test
	void whenPictureIsGrayOf16BitsThenTheUpperOnesCount() {
		BufferedImage gray = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
		gray.getRaster().setSamples(0, 0, 2, 1, 0, new int[] { 0x6480, 0xffff });
		assertThat(this.decoder.decode(encode(gray, "png")).pixels()).containsExactly(0x64, 0xff);
	}

	@Test
	void whenPictureIsBlackAndWhiteThenItIsRead() {
		BufferedImage bits = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
		bits.setRGB(1, 0, 0xffffff);
		Picture picture = this.decoder.decode(encode(bits, "png"));
		assertThat(picture.value(0, 0, 0)).isZero();
		assertThat(picture.value(1, 0, 0)).isEqualTo(255);
	}

	@Test
	void whenPictureIsTransparentThenWhiteShowsThrough() {
		BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
		image.setRGB(0, 0, 0x00000000);
		image.setRGB(1, 0, 0x80000000);
		image.setRGB(2, 0, 0xff102030);
		Picture picture = this.decoder.decode(encode(image, "png"));
		assertThat(picture.value(0, 0, 0)).isEqualTo(255);
		assertThat(picture.value(1, 0, 0)).isEqualTo(127);
		assertColor(picture, 2, 0, 0x10, 0x20, 0x30);
	}

	@ParameterizedTest
	@CsvSource({ "1, 40, 20, 0, 0", "2, 40, 20, 39, 0", "3, 40, 20, 39, 19", "4, 40, 20, 0, 19", "5, 20, 40, 0, 0",
			"6, 20, 40, 19, 0", "7, 20, 40, 19, 39", "8, 20, 40, 0, 39" })
	void whenCameraWasTurnedThenPictureIsUpright(int orientation, int width, int height, int cornerX, int cornerY) {
		byte[] jpeg = encode(image(BufferedImage.TYPE_INT_RGB), "jpeg");
		Picture picture = this.decoder.decode(withOrientation(jpeg, orientation));
		assertThat(picture.width()).isEqualTo(width);
		assertThat(picture.height()).isEqualTo(height);
		assertColor(picture, cornerX, cornerY, 200, 100, 0);
		assertColor(picture, width - 1 - cornerX, height - 1 - cornerY, 0, 0, 255);
		assertColor(picture, cornerX, height - 1 - cornerY, 0, 0, 255);
	}

	static byte[] withOrientation(byte[] jpeg, int orientation) {
		ByteBuffer segment = ByteBuffer.allocate(36);
		segment.put(new byte[] { (byte) 0xff, (byte) 0xe1 }).putShort((short) 34);
		segment.put(new byte[] { 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42 }).putInt(8).putShort((short) 1);
		segment.putShort((short) 0x0112)
			.putShort((short) 3)
			.putInt(1)
			.putShort((short) orientation)
			.putShort((short) 0);
		segment.putInt(0);
		ByteBuffer turned = ByteBuffer.allocate(jpeg.length + segment.capacity());
		turned.put(jpeg, 0, 2).put(segment.flip()).put(jpeg, 2, jpeg.length - 2);
		return turned.array();
	}

	@Test
	void whenExifIsBrokenThenPictureIsTakenAsUpright() {
		byte[] jpeg = withOrientation(encode(image(BufferedImage.TYPE_INT_RGB), "jpeg"), 6);
		jpeg[16] = 0x7f;
		assertThat(this.decoder.decode(jpeg).width()).isEqualTo(40);
	}

	@Test
	void whenHeaderClaimsTooManyPixelsThenNothingIsDecoded() {
		byte[] png = encode(image(BufferedImage.TYPE_INT_RGB), "png");
		ByteBuffer.wrap(png).putInt(16, 60_000).putInt(20, 60_000).putInt(29, crcOfHeader(png, 60_000));
		assertThatExceptionOfType(PictureException.class).isThrownBy(() -> this.decoder.decode(png))
			.withMessage("The picture has 60000 x 60000 pixels; at most 10000 pixels are accepted")
			.satisfies(ex -> assertThat(ex.reason()).isEqualTo(Reason.TOO_LARGE));
	}

	private static int crcOfHeader(byte[] png, int size) {
		byte[] header = Arrays.copyOfRange(png, 12, 29);
		ByteBuffer.wrap(header).putInt(4, size).putInt(8, size);
		CRC32 crc = new CRC32();
		crc.update(header);
		return (int) crc.getValue();
	}

	@Test
	void whenFormatIsUnknownThenAcceptedOnesAreNamed() {
		assertThatExceptionOfType(PictureException.class).isThrownBy(() -> this.decoder.decode("hello".getBytes()))
			.withMessageContaining("image/bmp, image/gif, image/jpeg, image/png")
			.satisfies(ex -> assertThat(ex.reason()).isEqualTo(Reason.UNSUPPORTED_FORMAT));
	}

	@Test
	void whenFormatIsOneThatIsNotAcceptedThenItIsRejectedThoughThereIsAReader() {
		byte[] tiff = encode(image(BufferedImage.TYPE_INT_RGB), "tiff");
		assertThatExceptionOfType(PictureException.class).isThrownBy(() -> this.decoder.decode(tiff))
			.satisfies(ex -> assertThat(ex.reason()).isEqualTo(Reason.UNSUPPORTED_FORMAT));
	}

	@ParameterizedTest
	@ValueSource(strings = { "png", "jpeg", "gif", "bmp" })
	void whenPictureIsCutOffThenItIsRejected(String format) {
		byte[] whole = encode(image(BufferedImage.TYPE_INT_RGB), format);
		byte[] cut = Arrays.copyOf(whole, whole.length - whole.length / 5);
		assertThatExceptionOfType(PictureException.class).isThrownBy(() -> this.decoder.decode(cut))
			.satisfies(ex -> assertThat(ex.reason()).isEqualTo(Reason.MALFORMED));
	}

	@ParameterizedTest
	@ValueSource(strings = { "png", "jpeg", "gif", "bmp" })
	void whenBytesAreDamagedThenNothingButPictureExceptionIsThrown(String format) {
		byte[] whole = encode(image(BufferedImage.TYPE_INT_RGB), format);
		for (int i = 0; i < whole.length; i++) {
			byte[] damaged = whole.clone();
			damaged[i] ^= (byte) 0xa5;
			try {
				assertThat(this.decoder.decode(damaged).pixels().length).isLessThanOrEqualTo(30_000);
			}
			catch (PictureException ex) {
				assertThat(ex).hasMessageStartingWith("The ");
			}
		}
	}

}
