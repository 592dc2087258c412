package io.modelserving.sample;

import com.jayway.jsonpath.DocumentContext;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Serves the quantised sibling of the embedding model, which takes the scale of its
 * numbers over a whole batch, so that rows change each other's answers.
 */
@SampleTest
@TestPropertySource(properties = "model-serving.models.all-minilm-l6-v2.location=classpath:all-minilm-l6-v2-q.onnx")
class QuantisedEmbeddingsIT {

	@LocalServerPort
	private int port;

	@Test
	void whenRowsChangeEachOthersAnswersThenModelIsServedUnbatchedAndSaysWhy() {
		SampleClient client = SampleClient.whenReady(this.port);
		DocumentContext model = SampleClient.ok(client.get("/actuator/models/all-minilm-l6-v2"));
		assertThat(model.read("$.versions[0].loaded.batching.batched", Boolean.class)).isFalse();
		assertThat(model.read("$.versions[0].loaded.batching.maxBatchSize", Integer.class)).isEqualTo(1);
		assertThat(model.read("$.versions[0].loaded.batching.reason", String.class))
			.contains("the graph shows that rows are not independent", "(DynamicQuantizeLinear)");
		EmbeddingComparison.assertSameAsAlone(client, "all-minilm-l6-v2-q.onnx");
	}

}
