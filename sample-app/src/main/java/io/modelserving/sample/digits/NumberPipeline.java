package io.modelserving.sample.digits;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.pipeline.ModelStage;
import io.modelserving.pipeline.Pipeline;
import io.modelserving.pipeline.PipelineStage;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * A row of digits is cut, the model reads each digit, in batches with those of all other
 * callers, and they are joined again.
 */
@Configuration(proxyBeanMethods = false)
class NumberPipeline {

	@PipelineStage(concurrency = 2)
	List<NamedTensors> cutDigits(NumberImage image) {
		int width = image.pixels().get(0).size();
		if (width % 8 != 0 || image.pixels().stream().anyMatch((row) -> row.size() != width)) {
			throw new InvalidInput("all rows must have the same number of pixels, a multiple of 8");
		}
		List<NamedTensors> digits = new ArrayList<>();
		for (int left = 0; left < width; left += 8) {
			float[] pixels = new float[64];
			for (int i = 0; i < 64; i++) {
				pixels[i] = image.pixels().get(i / 8).get(left + i % 8);
			}
			digits.add(NamedTensors.of("pixels", Tensor.of(Shape.of(1, 8, 8), pixels)));
		}
		return digits;
	}

	@Bean
	Pipeline<NumberImage, NumberPrediction> numbers(Pipeline<NumberImage, List<NamedTensors>> cutDigits,
			InferenceService service, ModelRegistry models) {
		return cutDigits.then(new ModelStage("digits", service, models).forEach()).map(NumberPipeline::join);
	}

	private static NumberPrediction join(List<NamedTensors> digits) {
		return new NumberPrediction(digits.stream()
			.map((outputs) -> Long.toString(outputs.numeric("label").toLongs()[0]))
			.collect(Collectors.joining()));
	}

}
