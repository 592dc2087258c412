package io.modelserving.sample.embeddings;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.modelserving.endpoint.ModelEndpoint;
import io.modelserving.endpoint.MultiItemModelHandler;
import io.modelserving.sample.embeddings.Ranking.Ranked;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.text.Pooling;
import io.modelserving.text.TextEncoder;

/**
 * Ranks documents by the angle between their vectors and that of a query.
 *
 * @param encoder makes tokens of texts
 */
@ModelEndpoint(path = "/rerank", model = EmbeddingEndpoint.MODEL, summary = "Rank documents by how they fit a query")
record RerankEndpoint(TextEncoder encoder) implements MultiItemModelHandler<RerankRequest, Ranking> {

	@Override
	public List<NamedTensors> encode(RerankRequest request) {
		return this.encoder.encode(Stream.concat(Stream.of(request.query()), request.documents().stream()).toList());
	}

	@Override
	public Ranking decode(RerankRequest request, List<NamedTensors> outputs) {
		List<float[]> vectors = outputs.stream().map(EmbeddingEndpoint::embed).toList();
		return new Ranking(IntStream.range(1, vectors.size())
			.mapToObj((i) -> new Ranked(i - 1, product(vectors.get(0), vectors.get(i))))
			.sorted(Comparator.comparing(Ranked::score).reversed())
			.toList());
	}

	private static float product(float[] a, float[] b) {
		float sum = 0;
		for (int i = 0; i < a.length; i++) {
			sum += a[i] * b[i];
		}
		return sum;
	}

	@Override
	public RerankRequest example() {
		return new RerankRequest("Where can I catch a train?",
				List.of("The soup is served hot.", "The station is behind the town hall."));
	}

}
