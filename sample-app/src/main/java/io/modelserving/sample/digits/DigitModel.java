package io.modelserving.sample.digits;

import java.util.ArrayList;
import java.util.List;

import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * The tensors of the model for digits.
 */
final class DigitModel {

	/** The width and height of a picture in pixels. */
	static final int SIDE = 8;

	/** The value of a pixel full of ink. */
	static final float INK = 16;

	private DigitModel() {
	}

	static NamedTensors inputs(float[] pixels) {
		return NamedTensors.of("pixels", Tensor.of(Shape.of(1, SIDE, SIDE), pixels));
	}

	static DigitPrediction prediction(NamedTensors outputs, boolean withProbabilities) {
		int digit = (int) outputs.numeric("label").toLongs()[0];
		return new DigitPrediction(digit, withProbabilities ? probabilities(outputs) : null);
	}

	private static List<Float> probabilities(NamedTensors outputs) {
		List<Float> probabilities = new ArrayList<>();
		for (float probability : outputs.numeric("probabilities").toFloats()) {
			probabilities.add(probability);
		}
		return probabilities;
	}

}
