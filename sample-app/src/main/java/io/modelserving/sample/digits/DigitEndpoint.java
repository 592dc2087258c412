package io.modelserving.sample.digits;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.endpoint.PictureRequest;
import io.modelserving.image.Picture;
import io.modelserving.image.PictureTensors;
import io.modelserving.image.PixelFormat;
import io.modelserving.image.Resize;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * Reads digits that are sent as pixels in JSON or as pictures.
 */
@ModelEndpoint(path = "/digits", model = "digits", summary = "Read a digit from its pixels or a picture",
		description = "The model wants light ink on a dark ground.")
class DigitEndpoint implements ModelHandler<DigitImage, DigitPrediction>, PictureRequest<DigitImage> {

	static final List<List<Float>> THREE = List.of(list(0, 0, 6, 9, 11, 9, 0, 0), //
			list(0, 13, 16, 15, 15, 15, 0, 0), //
			list(0, 4, 5, 2, 15, 6, 0, 0), //
			list(0, 0, 0, 3, 15, 6, 0, 0), //
			list(0, 0, 0, 0, 6, 15, 6, 0), //
			list(0, 0, 0, 0, 0, 5, 12, 0), //
			list(0, 0, 0, 5, 13, 16, 9, 0), //
			list(0, 0, 3, 13, 12, 7, 1, 0));

	private static final PictureTensors EIGHT_BY_EIGHT = PictureTensors.of(PixelFormat.GRAY, 8, 8)
		.resize(Resize.AREA)
		.range(0, 16);

	@Override
	public NamedTensors encode(DigitImage image) {
		float[] pixels = new float[64];
		int next = 0;
		for (List<Float> row : image.pixels()) {
			for (float pixel : row) {
				pixels[next++] = pixel;
			}
		}
		return NamedTensors.of("pixels", Tensor.of(Shape.of(1, 8, 8), pixels));
	}

	@Override
	public DigitPrediction decode(DigitImage image, NamedTensors outputs) {
		int digit = (int) outputs.numeric("label").toLongs()[0];
		float[] probabilities = outputs.numeric("probabilities").toFloats();
		return new DigitPrediction(digit, image.wantsProbabilities() ? list(probabilities) : null);
	}

	@Override
	public DigitImage fromPicture(Picture picture) {
		float[] pixels = EIGHT_BY_EIGHT.toTensor(picture).toFloats();
		List<List<Float>> rows = IntStream.range(0, 8)
			.mapToObj(row -> list(Arrays.copyOfRange(pixels, row * 8, row * 8 + 8)))
			.toList();
		return new DigitImage(rows, true);
	}

	@Override
	public DigitImage example() {
		return new DigitImage(THREE, true);
	}

	private static List<Float> list(float... values) {
		List<Float> list = new ArrayList<>();
		for (float value : values) {
			list.add(value);
		}
		return list;
	}

}
