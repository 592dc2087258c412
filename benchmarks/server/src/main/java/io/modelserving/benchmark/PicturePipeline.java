package io.modelserving.benchmark;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

import io.modelserving.benchmark.PictureEndpoint.Prediction;
import io.modelserving.benchmark.PictureEndpoint.Request;
import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.PipelineHandler;
import io.modelserving.image.PictureDecoder;
import io.modelserving.pipeline.ModelStage;
import io.modelserving.pipeline.Pipeline;
import io.modelserving.pipeline.PipelineStage;
import io.modelserving.serving.InferenceService;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.tensor.NamedTensors;

/**
 * The work of {@link PictureEndpoint} in three stages: decoding, the model, and reading
 * its scores.
 */
@Configuration(proxyBeanMethods = false)
@Profile("mobilenet")
class PicturePipeline {

	private final PictureEndpoint endpoint;

	PicturePipeline(PictureDecoder decoder) {
		this.endpoint = new PictureEndpoint(decoder);
	}

	@PipelineStage(concurrency = 2)
	NamedTensors decodePicture(Request request) {
		return this.endpoint.encode(request);
	}

	@PipelineStage
	Prediction readScores(NamedTensors outputs) {
		return this.endpoint.decode(outputs);
	}

	@Bean
	Pipeline<Request, Prediction> pictures(Pipeline<Request, NamedTensors> decodePicture,
			Pipeline<NamedTensors, Prediction> readScores, InferenceService service, ModelRegistry models) {
		return decodePicture.then(new ModelStage("mobilenet", service, models)).then(readScores);
	}

	@ModelEndpoint(path = "/pipeline")
	@Profile("mobilenet")
	record PipelineEndpoint(Pipeline<Request, Prediction> pipeline) implements PipelineHandler<Request, Prediction> {
	}

}
