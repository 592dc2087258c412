package io.modelserving.image;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import io.modelserving.image.PictureTensors.Layout;
import io.modelserving.tensor.NumericTensor;
import io.modelserving.tensor.Shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link PictureTensors}. The expected numbers of resizing were computed with
 * Pillow 12 and OpenCV 4 on the same picture.
 */
class PictureTensorsTests {

	private static final Offset<Float> CLOSE = Offset.offset(0.002f);

	private final Picture picture = picture(7, 5, PixelFormat.RGB);

	static Picture picture(int width, int height, PixelFormat format) {
		byte[] pixels = new byte[width * height * format.channels()];
		for (int y = 0; y < height; y++) {
			for (int x = 0; x < width; x++) {
				for (int channel = 0; channel < format.channels(); channel++) {
					pixels[(y * width + x) * format.channels()
							+ format.offset(channel)] = (byte) (x * 37 + y * 61 + channel * 97);
				}
			}
		}
		return new Picture(width, height, format, pixels);
	}

	private static PictureTensors bytes(int width, int height) {
		return PictureTensors.of(PixelFormat.RGB, width, height).range(0, 255);
	}

	private static float[] part(NumericTensor tensor, int from, int count) {
		float[] part = new float[count];
		System.arraycopy(tensor.toFloats(), from, part, 0, count);
		return part;
	}

	@Nested
	class Resizing {

		@Test
		void whenAntialiasedThenResultIsPillows() {
			NumericTensor small = bytes(3, 2).toTensor(PictureTensorsTests.this.picture);
			assertThat(part(small, 0, 6))
				.containsExactly(new float[] { 90.221f, 143.936f, 144.065f, 139.909f, 96.866f, 124.766f }, CLOSE);
		}

		@Test
		void whenBilinearThenShrinkingSkipsPixelsAsOpenCvDoes() {
			NumericTensor small = bytes(3, 2).resize(Resize.BILINEAR).toTensor(PictureTensorsTests.this.picture);
			assertThat(part(small, 0, 6))
				.containsExactly(new float[] { 70.417f, 156.75f, 179.083f, 180.25f, 53.25f, 139.583f }, CLOSE);
		}

		@Test
		void whenAreaThenResultIsOpenCvs() {
			NumericTensor small = bytes(3, 2).resize(Resize.AREA).toTensor(PictureTensorsTests.this.picture);
			assertThat(part(small, 0, 6))
				.containsExactly(new float[] { 75.229f, 145.171f, 149.286f, 148.486f, 86.771f, 134.771f }, CLOSE);
			assertThat(part(small, 12, 6))
				.containsExactly(new float[] { 144.886f, 97.8f, 160.429f, 145f, 112.543f, 102.029f }, CLOSE);
		}

		@Test
		void whenPictureGrowsThenAllMethodsInterpolateAlike() {
			float[] row = { 102.938f, 123.288f, 149.188f, 175.087f, 200.988f, 165.288f, 76.787f, 102.688f, 92.588f,
					68.938f };
			for (Resize resize : Resize.values()) {
				NumericTensor large = bytes(10, 8).resize(resize).toTensor(PictureTensorsTests.this.picture);
				assertThat(part(large, 30, 10)).as(resize.name()).containsExactly(row, CLOSE);
			}
		}

		@Test
		void whenSizeIsThatOfThePictureThenNothingChanges() {
			for (Resize resize : Resize.values()) {
				float[] same = bytes(7, 5).resize(resize).toTensor(PictureTensorsTests.this.picture).toFloats();
				for (int y = 0; y < 5; y++) {
					for (int x = 0; x < 7; x++) {
						assertThat(same[y * 7 + x]).isCloseTo(PictureTensorsTests.this.picture.value(x, y, 0), CLOSE);
					}
				}
			}
		}

	}

	@Nested
	class Channels {

		@Test
		void whenLayoutIsChwThenPlanesFollowEachOther() {
			NumericTensor tensor = bytes(7, 5).toTensor(PictureTensorsTests.this.picture);
			assertThat(tensor.shape()).isEqualTo(Shape.of(1, 3, 5, 7));
			assertThat(tensor.toFloats()[35]).isCloseTo(97, CLOSE);
			assertThat(tensor.toFloats()[1]).isCloseTo(37, CLOSE);
		}

		@Test
		void whenLayoutIsHwcThenChannelsOfPixelFollowEachOther() {
			NumericTensor tensor = bytes(7, 5).layout(Layout.HWC).toTensor(PictureTensorsTests.this.picture);
			assertThat(tensor.shape()).isEqualTo(Shape.of(1, 5, 7, 3));
			assertThat(part(tensor, 0, 6)).containsExactly(new float[] { 0, 97, 194, 37, 134, 231 }, CLOSE);
		}

		@Test
		void whenBgrIsWantedThenBlueComesFirst() {
			NumericTensor tensor = PictureTensors.of(PixelFormat.BGR, 7, 5)
				.range(0, 255)
				.layout(Layout.HWC)
				.toTensor(PictureTensorsTests.this.picture);
			assertThat(part(tensor, 0, 3)).containsExactly(new float[] { 194, 97, 0 }, CLOSE);
		}

		@Test
		void whenPictureIsStoredAsBgrThenResultIsTheSame() {
			assertThat(bytes(3, 2).toTensor(picture(7, 5, PixelFormat.BGR)).toFloats())
				.isEqualTo(bytes(3, 2).toTensor(PictureTensorsTests.this.picture).toFloats());
		}

		@Test
		void whenGrayIsWantedThenColoursCountByLuma() {
			NumericTensor tensor = PictureTensors.of(PixelFormat.GRAY, 7, 5)
				.range(0, 255)
				.toTensor(PictureTensorsTests.this.picture);
			assertThat(tensor.shape()).isEqualTo(Shape.of(1, 1, 5, 7));
			assertThat(tensor.toFloats()[0]).isCloseTo(97 * 0.587f + 194 * 0.114f, CLOSE);
		}

		@Test
		void whenPictureIsGrayThenAllColoursGetItsValue() {
			NumericTensor tensor = bytes(7, 5).layout(Layout.HWC).toTensor(picture(7, 5, PixelFormat.GRAY));
			assertThat(part(tensor, 3, 3)).containsExactly(new float[] { 37, 37, 37 }, CLOSE);
		}

	}

	@Nested
	class Values {

		@Test
		void whenNothingIsSaidThenValuesGoFromZeroToOne() {
			float[] values = PictureTensors.of(PixelFormat.RGB, 7, 5)
				.toTensor(PictureTensorsTests.this.picture)
				.toFloats();
			assertThat(values[1]).isCloseTo(37 / 255f, CLOSE);
		}

		@Test
		void whenRangeIsGivenThenBlackAndWhiteAreItsEnds() {
			Picture blackAndWhite = new Picture(2, 1, PixelFormat.GRAY, new byte[] { 0, (byte) 255 });
			assertThat(PictureTensors.of(PixelFormat.GRAY, 2, 1).range(-1, 1).toTensor(blackAndWhite).toFloats())
				.containsExactly(new float[] { -1, 1 }, CLOSE);
		}

		@Test
		void whenNormalizedThenEachChannelHasItsOwnMeanAndDeviation() {
			Picture white = new Picture(1, 1, PixelFormat.RGB, new byte[] { -1, -1, -1 });
			float[] values = PictureTensors.of(PixelFormat.RGB, 1, 1)
				.normalize(new float[] { 0.5f, 0.25f, 0 }, new float[] { 0.5f, 0.25f, 2 })
				.toTensor(white)
				.toFloats();
			assertThat(values).containsExactly(new float[] { 1, 3, 0.5f }, CLOSE);
		}

		@Test
		void whenMeansDoNotFitChannelsThenTheyAreRejected() {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> PictureTensors.of(PixelFormat.RGB, 1, 1).normalize(new float[1], new float[3]))
				.withMessageContaining("RGB takes 3 means and deviations, not 1 and 3");
		}

	}

	@Nested
	class Fitting {

		/** Columns of 0, 100, 200 and 255. */
		private final Picture wide = new Picture(4, 2, PixelFormat.GRAY,
				new byte[] { 0, 100, (byte) 200, (byte) 255, 0, 100, (byte) 200, (byte) 255 });

		private final PictureTensors square = PictureTensors.of(PixelFormat.GRAY, 2, 2).range(0, 255);

		@Test
		void whenCroppedThenTheCentreStays() {
			assertThat(this.square.crop(1).toTensor(this.wide).toFloats())
				.containsExactly(new float[] { 100, 200, 100, 200 }, CLOSE);
		}

		@Test
		void whenShareOfCropIsGivenThenLessIsUsed() {
			Picture picture = picture(8, 8, PixelFormat.GRAY);
			float[] values = PictureTensors.of(PixelFormat.GRAY, 4, 4)
				.range(0, 255)
				.resize(Resize.AREA)
				.crop(0.5)
				.toTensor(picture)
				.toFloats();
			assertThat(values[0]).isCloseTo(picture.value(2, 2, 0), CLOSE);
			assertThat(values[15]).isCloseTo(picture.value(5, 5, 0), CLOSE);
		}

		@Test
		void whenPaddedThenBarsHaveTheirValue() {
			assertThat(PictureTensors.of(PixelFormat.GRAY, 4, 4).pad(114).range(0, 255).toTensor(this.wide).toFloats())
				.containsExactly(
						new float[] { 114, 114, 114, 114, 0, 100, 200, 255, 0, 100, 200, 255, 114, 114, 114, 114 },
						CLOSE);
		}

		@Test
		void whenVeryThinThenOnePixelIsLeft() {
			Picture line = new Picture(500, 1, PixelFormat.GRAY, new byte[500]);
			assertThat(PictureTensors.of(PixelFormat.GRAY, 4, 4).pad(255).range(0, 1).toTensor(line).toFloats())
				.containsExactly(new float[] { 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1 }, CLOSE);
		}

		@Test
		void whenShareIsNoneThenItIsRejected() {
			assertThatIllegalArgumentException().isThrownBy(() -> this.square.crop(0))
				.withMessageContaining("0.0 is no share");
		}

	}

}
