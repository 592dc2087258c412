package io.modelserving.image;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.modelserving.tensor.NumericTensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for {@link PictureBuffers}.
 */
class PictureBuffersTests {

	private static final int HUFFMAN_TABLE = 0xc4;

	private final PictureTensors tensors = PictureTensors.of(PixelFormat.RGB, 8, 8);

	private final PictureDecoder decoder = PictureDecoder.fastest(4_000_000);

	@BeforeAll
	static void openCvIsThere() {
		assumeThat(OpenCv.isAvailable()).as("OpenCV for this machine").isTrue();
	}

	private static void keepDuring(Runnable work) {
		PictureBuffers.kept().during(() -> {
			work.run();
			return null;
		});
	}

	private static byte[] jpeg(int width, int height, int type) {
		BufferedImage image = new BufferedImage(width, height, type);
		for (int i = 0; i < width * height; i++) {
			image.setRGB(i % width, i / width, i * 77_777);
		}
		return PictureDecoderContract.encode(image, "jpeg");
	}

	private static byte[] broken(byte[] jpeg) {
		byte[] broken = jpeg.clone();
		int marker = 0;
		while (broken[marker] != (byte) 0xff || broken[marker + 1] != (byte) HUFFMAN_TABLE) {
			marker++;
		}
		Arrays.fill(broken, marker + 4, marker + 20, (byte) 0xff);
		return broken;
	}

	@Test
	void whenMemoryIsKeptThenNothingOfOnePictureIsInTheNext() {
		List<byte[]> pictures = List.of(jpeg(40, 20, BufferedImage.TYPE_INT_RGB),
				jpeg(90, 70, BufferedImage.TYPE_INT_RGB), jpeg(40, 20, BufferedImage.TYPE_BYTE_GRAY),
				jpeg(20, 40, BufferedImage.TYPE_INT_RGB), jpeg(2000, 1800, BufferedImage.TYPE_INT_RGB),
				PictureDecoderContract.encode(PictureDecoderContract.image(BufferedImage.TYPE_INT_RGB), "png"));
		List<NumericTensor> expected = pictures.stream()
			.map((picture) -> this.tensors.toTensor(this.decoder.decode(picture)))
			.toList();
		keepDuring(() -> {
			for (int i = 0; i < 3 * pictures.size(); i++) {
				int index = i * 5 % pictures.size();
				NumericTensor tensor = this.tensors.toTensor(pictures.get(index), this.decoder);
				assertThat(tensor.toFloats()).containsExactly(expected.get(index).toFloats());
			}
		});
	}

	@Test
	void whenMemoryHoldsAPictureThenABrokenOneIsStillRejected() {
		byte[] sound = jpeg(40, 20, BufferedImage.TYPE_INT_RGB);
		byte[] broken = broken(sound);
		keepDuring(() -> {
			this.tensors.toTensor(sound, this.decoder);
			assertThatExceptionOfType(PictureException.class)
				.isThrownBy(() -> this.tensors.toTensor(broken, this.decoder))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(PictureException.Reason.MALFORMED));
		});
	}

	@Test
	void whenThreadKeepsMemoryThenItIsTheSameUntilItsWorkEnds() {
		keepDuring(() -> {
			PictureBuffers first = PictureBuffers.current();
			byte[] pixels = first.pixels(100);
			first.close();
			assertThat(PictureBuffers.current()).isSameAs(first);
			assertThat(first.pixels(50)).isSameAs(pixels);
		});
		assertThat(PictureBuffers.current()).isNotSameAs(PictureBuffers.current());
	}

	@Test
	void whenPictureNeedsVeryMuchThenThatIsNotKept() {
		keepDuring(() -> {
			PictureBuffers buffers = PictureBuffers.current();
			byte[] huge = buffers.pixels(PictureBuffers.MAX_KEPT_BYTES + 1);
			buffers.close();
			assertThat(buffers.pixels(10)).isNotSameAs(huge).hasSize(10);
		});
	}

}
