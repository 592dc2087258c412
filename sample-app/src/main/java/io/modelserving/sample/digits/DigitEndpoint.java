package io.modelserving.sample.digits;

import java.util.ArrayList;
import java.util.List;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.tensor.NamedTensors;

/**
 * Reads digits that come as pixels in JSON.
 */
@ModelEndpoint(path = "/digits", model = "digits", summary = "Read a digit from its pixels")
class DigitEndpoint implements ModelHandler<DigitImage, DigitPrediction> {

	private static final List<List<Float>> THREE = List.of(row(0, 0, 6, 9, 11, 9, 0, 0), //
			row(0, 13, 16, 15, 15, 15, 0, 0), //
			row(0, 4, 5, 2, 15, 6, 0, 0), //
			row(0, 0, 0, 3, 15, 6, 0, 0), //
			row(0, 0, 0, 0, 6, 15, 6, 0), //
			row(0, 0, 0, 0, 0, 5, 12, 0), //
			row(0, 0, 0, 5, 13, 16, 9, 0), //
			row(0, 0, 3, 13, 12, 7, 1, 0));

	@Override
	public NamedTensors encode(DigitImage image) {
		float[] pixels = new float[DigitModel.SIDE * DigitModel.SIDE];
		int next = 0;
		for (List<Float> row : image.pixels()) {
			for (float pixel : row) {
				pixels[next++] = pixel;
			}
		}
		return DigitModel.inputs(pixels);
	}

	@Override
	public DigitPrediction decode(DigitImage image, NamedTensors outputs) {
		return DigitModel.prediction(outputs, Boolean.TRUE.equals(image.probabilities()));
	}

	@Override
	public DigitImage example() {
		return new DigitImage(THREE, true);
	}

	private static List<Float> row(float... pixels) {
		List<Float> row = new ArrayList<>();
		for (float pixel : pixels) {
			row.add(pixel);
		}
		return row;
	}

}
