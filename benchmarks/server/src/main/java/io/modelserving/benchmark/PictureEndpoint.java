package io.modelserving.benchmark;

import io.modelserving.endpoint.EncodedPictureRequest;
import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.image.PictureDecoder;
import io.modelserving.image.PictureTensors;
import io.modelserving.image.PixelFormat;
import io.modelserving.image.Resize;
import io.modelserving.tensor.NamedTensors;

import org.springframework.context.annotation.Profile;

/**
 * Classifies photographs, as they are or as base64 in JSON.
 */
@ModelEndpoint(path = "/predict", model = "mobilenet")
@Profile("mobilenet")
class PictureEndpoint implements ModelHandler<PictureEndpoint.Request, PictureEndpoint.Prediction>,
		EncodedPictureRequest<PictureEndpoint.Request> {

	private static final PictureTensors TENSORS = PictureTensors.of(PixelFormat.RGB, 224, 224)
		.resize(Resize.BILINEAR)
		.readWithMargin(1)
		.normalize(new float[] { 0.485f, 0.456f, 0.406f }, new float[] { 0.229f, 0.224f, 0.225f });

	private final PictureDecoder decoder;

	PictureEndpoint(PictureDecoder decoder) {
		this.decoder = decoder;
	}

	@Override
	public Request fromEncodedPicture(byte[] encoded) {
		return new Request(encoded);
	}

	@Override
	public NamedTensors encode(Request request) {
		return NamedTensors.of("pixels", TENSORS.toTensor(request.image(), this.decoder));
	}

	@Override
	public Prediction decode(Request request, NamedTensors outputs) {
		return decode(outputs);
	}

	Prediction decode(NamedTensors outputs) {
		float[] scores = outputs.numeric("scores").toFloats();
		int label = 0;
		for (int i = 1; i < scores.length; i++) {
			label = (scores[i] > scores[label]) ? i : label;
		}
		return new Prediction(label, scores[label]);
	}

	record Request(byte[] image) {
	}

	record Prediction(int label, float score) {
	}

}
