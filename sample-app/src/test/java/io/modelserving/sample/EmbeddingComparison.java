package io.modelserving.sample;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.jayway.jsonpath.DocumentContext;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Embeds texts of mixed lengths, sent at the same time, and compares with embedding them
 * one by one.
 */
final class EmbeddingComparison {

	private static final int CLIENTS = 16;

	private static final double TOLERANCE = 1e-5;

	private static final List<String> TEXTS = texts();

	private EmbeddingComparison() {
	}

	private static List<String> texts() {
		String[] words = ("the a night river quickly engine of seven letters blue whale and signed before dawn "
				+ "invoice Überraschung café 東京 naïve")
			.split(" ");
		Random random = new Random(7);
		return IntStream.range(0, 60)
			.mapToObj(i -> random.ints(1 + random.nextInt(1 + i), 0, words.length)
				.mapToObj(word -> words[word])
				.collect(Collectors.joining(" ")))
			.toList();
	}

	/**
	 * Check that texts get the same vectors through the application as alone.
	 * @param client a client of the application
	 * @param file the model on the class path
	 */
	static void assertSameAsAlone(SampleClient client, String file) {
		List<float[]> alone = DirectModel.embeddings(file, TEXTS);
		List<DocumentContext> single = SampleClient.concurrently(CLIENTS, TEXTS.size(),
				index -> embed(client, TEXTS.get(index)));
		for (int i = 0; i < TEXTS.size(); i++) {
			assertThat(distance(vector(single.get(i), 0), alone.get(i))).as(TEXTS.get(i)).isLessThan(TOLERANCE);
		}
		DocumentContext together = embed(client, TEXTS);
		for (int i = 0; i < TEXTS.size(); i++) {
			assertThat(together.read("$.data[%d].index".formatted(i), Integer.class)).isEqualTo(i);
			assertThat(distance(vector(together, i), alone.get(i))).as(TEXTS.get(i)).isLessThan(TOLERANCE);
		}
	}

	private static DocumentContext embed(SampleClient client, Object input) {
		String json = JsonMapper.builder()
			.build()
			.writeValueAsString(Map.of("model", "all-minilm-l6-v2", "input", input));
		return SampleClient.ok(client.post("/v1/embeddings", json));
	}

	private static float[] vector(DocumentContext answer, int index) {
		List<Number> numbers = answer.read("$.data[%d].embedding".formatted(index));
		float[] vector = new float[numbers.size()];
		for (int i = 0; i < vector.length; i++) {
			vector[i] = numbers.get(i).floatValue();
		}
		return vector;
	}

	private static double distance(float[] one, float[] other) {
		assertThat(one).hasSameSizeAs(other);
		double product = 0;
		double squares = 0;
		double otherSquares = 0;
		for (int i = 0; i < one.length; i++) {
			product += (double) one[i] * other[i];
			squares += (double) one[i] * one[i];
			otherSquares += (double) other[i] * other[i];
		}
		assertThat(squares).as("square of the length").isCloseTo(1, within(1e-4));
		return 1 - product / Math.sqrt(squares * otherSquares);
	}

}
