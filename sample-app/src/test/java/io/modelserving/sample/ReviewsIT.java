package io.modelserving.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import com.jayway.jsonpath.DocumentContext;
import com.jayway.jsonpath.JsonPath;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Has reviews judged, and documents ranked.
 */
@SampleTest
class ReviewsIT {

	private final SampleClient client;

	ReviewsIT(@LocalServerPort int port) {
		this.client = SampleClient.whenReady(port);
	}

	@Test
	void whenReviewsOfUnseenWordsAreJudgedThenAsManyAreRightAsInPythonAndAllAreCounted(@Autowired MeterRegistry meters)
			throws IOException {
		double before = counted(meters);
		List<String> rows = text("sentiment-held-out.csv").lines().skip(1).toList();
		List<Boolean> right = SampleClient.concurrently(8, rows.size(), (index) -> {
			String[] row = rows.get(index).split(",", 2);
			return judge(row[1]).read("$.sentiment", String.class).equals(row[0]);
		});
		String score = text("sentiment-score.json");
		assertThat(right).hasSize(JsonPath.<Integer>read(score, "$.rows"))
			.filteredOn(Boolean::booleanValue)
			.hasSize(JsonPath.<Integer>read(score, "$.correct"))
			.hasSizeGreaterThan(rows.size() * 9 / 10);
		assertThat(counted(meters) - before).isEqualTo(rows.size());
		assertThat(this.client.get("/actuator/prometheus").body()).contains("sample_reviews_total{",
				"sentiment=\"positive\"");
	}

	private DocumentContext judge(String text) {
		return SampleClient.ok(this.client.post("/sentiment", "{\"text\": \"%s\"}".formatted(text)));
	}

	private static double counted(MeterRegistry meters) {
		return meters.find("sample.reviews").counters().stream().mapToDouble((counter) -> counter.count()).sum();
	}

	private static String text(String name) throws IOException {
		return new ClassPathResource(name).getContentAsString(StandardCharsets.UTF_8);
	}

	@Test
	void whenAReviewIsJudgedThenTheProbabilityGoesWithIt() {
		assertThat(judge("The concert was splendid.").read("$.positive", Double.class)).isBetween(0.8, 1.0);
		assertThat(judge("The concert was a disaster.").read("$.positive", Double.class)).isBetween(0.0, 0.2);
	}

	@Test
	void whenDocumentsAreRankedThenTheBestIsFirstAndScoresAreCosines() {
		DocumentContext ranking = SampleClient.ok(this.client.post("/rerank", """
				{"query": "How do I return a parcel?", "documents": [
					"The recipe needs two eggs and some flour.",
					"Bring the package back to the post office with its label.",
					"How do I return a parcel?",
					"Our shop is closed on Sundays."]}"""));
		assertThat(ranking.<List<Integer>>read("$.results[*].index")).hasSize(4).startsWith(2, 1);
		List<Double> scores = ranking.read("$.results[*].score");
		assertThat(scores.get(0)).isCloseTo(1, within(1e-4));
		assertThat(scores).isSortedAccordingTo((a, b) -> Double.compare(b, a)).allMatch((score) -> score > -1);
	}

	@Test
	void whenThereIsNothingToRankThenTheRequestIsRejected() {
		assertThat(this.client.post("/rerank", "{\"query\": \"a\", \"documents\": []}").statusCode()).isEqualTo(422);
		assertThat(this.client.post("/rerank", "{\"query\": \"a\", \"documents\": [\"\"]}").body())
			.contains("documents[0]");
	}

}
