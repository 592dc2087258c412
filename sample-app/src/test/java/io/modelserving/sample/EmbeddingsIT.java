package io.modelserving.sample;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;

import com.jayway.jsonpath.DocumentContext;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Embeds texts in batches, whatever they cost on this machine.
 */
@SampleTest
@TestPropertySource(properties = "model-serving.models.all-minilm-l6-v2.batching.max-batch-size=8")
class EmbeddingsIT {

	@LocalServerPort
	private int port;

	private SampleClient client;

	@BeforeEach
	void awaitReadiness() {
		this.client = SampleClient.whenReady(this.port);
	}

	@Test
	void whenTextsOfMixedLengthsShareBatchesThenVectorsAreThoseOfTheTextsAlone(@Autowired MeterRegistry meters) {
		EmbeddingComparison.assertSameAsAlone(this.client, "all-minilm-l6-v2.onnx");
		assertThat(meters.get("model.serving.batch.rows").tag("model", "all-minilm-l6-v2").summary().max())
			.isBetween(2.0, 8.0);
	}

	@Test
	void whenBase64IsAskedForThenItHoldsTheSameNumbers() {
		String request = """
				{"model": "all-minilm-l6-v2", "input": "Good morning!", "encoding_format": "%s"}""";
		DocumentContext numbers = SampleClient.ok(this.client.post("/v1/embeddings", request.formatted("float")));
		DocumentContext base64 = SampleClient.ok(this.client.post("/v1/embeddings", request.formatted("base64")));
		List<Number> expected = numbers.read("$.data[0].embedding");
		ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64.<String>read("$.data[0].embedding")))
			.order(ByteOrder.LITTLE_ENDIAN);
		assertThat(bytes.remaining()).isEqualTo(384 * Float.BYTES);
		for (Number number : expected) {
			assertThat(bytes.getFloat()).isCloseTo(number.floatValue(), within(1e-6f));
		}
		assertThat(numbers.read("$.usage.prompt_tokens", Integer.class)).isEqualTo(5);
		assertThat(numbers.read("$.usage.total_tokens", Integer.class)).isEqualTo(5);
	}

}
