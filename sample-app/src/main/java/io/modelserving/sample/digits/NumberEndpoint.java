package io.modelserving.sample.digits;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.PictureRequest;
import io.modelserving.endpoint.PipelineHandler;
import io.modelserving.image.Picture;
import io.modelserving.image.PictureTensors;
import io.modelserving.image.PixelFormat;
import io.modelserving.image.Resize;
import io.modelserving.pipeline.Pipeline;

/**
 * Reads numbers: a pipeline cuts them into digits, the model reads each of those.
 *
 * @param pipeline cuts, reads and joins
 */
@ModelEndpoint(path = "/numbers", summary = "Read a number from its pixels or a picture",
		description = "A picture has a square for each digit, side by side.", tag = "digits")
record NumberEndpoint(Pipeline<NumberImage, NumberPrediction> pipeline)
		implements
			PipelineHandler<NumberImage, NumberPrediction>,
			PictureRequest<NumberImage> {

	@Override
	public NumberImage fromPicture(Picture picture) {
		int digits = Math.max(1, Math.round((float) picture.width() / picture.height()));
		float[] pixels = PictureTensors.of(PixelFormat.GRAY, 8 * digits, 8)
			.resize(Resize.AREA)
			.range(0, 16)
			.toTensor(picture)
			.toFloats();
		return new NumberImage(IntStream.range(0, 8).mapToObj((row) -> {
			List<Float> values = new ArrayList<>();
			for (int i = 0; i < 8 * digits; i++) {
				values.add(pixels[row * 8 * digits + i]);
			}
			return values;
		}).toList());
	}

	@Override
	public NumberImage example() {
		return new NumberImage(DigitEndpoint.THREE.stream()
			.map((row) -> IntStream.range(0, 16).mapToObj((i) -> row.get(i % 8)).toList())
			.toList());
	}

}
