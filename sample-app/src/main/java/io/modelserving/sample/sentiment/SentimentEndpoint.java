package io.modelserving.sample.sentiment;

import io.micrometer.core.instrument.MeterRegistry;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.ModelHandler;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.text.TextEncoder;

/**
 * Tells whether a review is pleased, by an ensemble: the embedding model, and a head. It
 * counts the reviews of each kind.
 *
 * @param encoder makes tokens of texts
 * @param meters counts
 */
@ModelEndpoint(path = "/sentiment", model = "sentiment", summary = "Tell whether a review is pleased")
record SentimentEndpoint(TextEncoder encoder, MeterRegistry meters) implements ModelHandler<Review, Sentiment> {

	@Override
	public NamedTensors encode(Review review) {
		return this.encoder.encode(review.text());
	}

	@Override
	public Sentiment decode(Review review, NamedTensors outputs) {
		String sentiment = outputs.strings("label").elements().get(0);
		this.meters.counter("sample.reviews", "sentiment", sentiment).increment();
		return new Sentiment(sentiment, outputs.numeric("probabilities").toFloats()[1]);
	}

	@Override
	public Review example() {
		return new Review("The soup was better than expected.");
	}

}
