package io.modelserving.sample.digits;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

import io.modelserving.serving.stream.EventSink;
import io.modelserving.serving.stream.ModelCalls;
import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.StreamingModelHandler;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * Streams what the model sees while a digit is rubbed out, pixel by pixel.
 */
@ModelEndpoint(path = "/digits/erasure", model = "digits", summary = "Rub a digit out, and read what is left of it")
class ErasureEndpoint implements StreamingModelHandler<Erasure, ErasureStep> {

	private final DigitEndpoint digits = new DigitEndpoint();

	@Override
	public void stream(Erasure erasure, ModelCalls model, EventSink<ErasureStep> events) {
		float[] pixels = this.digits.encode(this.digits.example()).numeric("pixels").toFloats();
		for (int pixel : order(erasure)) {
			pixels[pixel] = 0;
			NamedTensors outputs = model.infer(NamedTensors.of("pixels", Tensor.of(Shape.of(1, 8, 8), pixels.clone())));
			int digit = (int) outputs.numeric("label").toLongs()[0];
			events.send(new ErasureStep(pixel, digit, outputs.numeric("probabilities").toFloats()[digit]));
		}
	}

	private static List<Integer> order(Erasure erasure) {
		List<Integer> all = new ArrayList<>(IntStream.range(0, 64).boxed().toList());
		Collections.shuffle(all, new Random(erasure.seed().orElse(0L)));
		return all.subList(0, erasure.pixels());
	}

	@Override
	public Erasure example() {
		return new Erasure(3, Optional.of(7L));
	}

}
