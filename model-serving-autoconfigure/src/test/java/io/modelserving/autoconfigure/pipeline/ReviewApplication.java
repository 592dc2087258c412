package io.modelserving.autoconfigure.pipeline;

import java.util.List;

import jakarta.validation.constraints.NotBlank;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import io.modelserving.autoconfigure.StubModels;
import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.PipelineHandler;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.pipeline.ModelStage;
import io.modelserving.pipeline.Pipeline;
import io.modelserving.pipeline.PipelineStage;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelDefinition;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;

/**
 * The application that the documentation of pipelines shows: a review is split into
 * words, a model scores each of them, and the scores are added.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ ReviewApplication.ReviewStages.class, ReviewApplication.ReviewEndpoint.class })
class ReviewApplication {

	@Bean
	ModelDefinition words() {
		return StubModels.ready("words");
	}

	static class ReviewStages {

		@PipelineStage(concurrency = 2)
		List<String> split(Review review) {
			if (review.text().contains("#")) {
				throw new InvalidInput("a review has no tags");
			}
			return List.of(review.text().split(" "));
		}

		@PipelineStage(maxBatchSize = 32, maxDelay = "2ms")
		List<NamedTensors> encode(List<String> words) {
			return words.stream()
				.map((word) -> NamedTensors.of("x", Tensor.of(Shape.of(1, 1), (float) word.length())))
				.toList();
		}

	}

	@Bean
	Pipeline<Review, Score> review(Pipeline<Review, List<String>> split, Pipeline<String, NamedTensors> encode,
			InferenceService service, ModelRegistry models) {
		return split.then(encode.then(new ModelStage("words", service, models)).forEach()).map(Score::sum);
	}

	@ModelEndpoint(path = "/reviews")
	record ReviewEndpoint(Pipeline<Review, Score> pipeline) implements PipelineHandler<Review, Score> {

		@Override
		public Review example() {
			return new Review("good and short");
		}

	}

	record Review(@NotBlank String text) {
	}

	record Score(double score) {

		static Score sum(List<NamedTensors> outputs) {
			return new Score(outputs.stream().mapToDouble((output) -> output.numeric("y").toFloats()[0]).sum());
		}

	}

}
