package io.modelserving.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import com.jayway.jsonpath.DocumentContext;
import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Reads held-out digits through the endpoint.
 */
@SampleTest
class DigitsIT {

	private static final int CLIENTS = 64;

	private static final int ROUNDS = 3;

	private static final HeldOutDigits DIGITS = HeldOutDigits.load();

	@LocalServerPort
	private int port;

	private SampleClient client;

	@BeforeEach
	void awaitReadiness() {
		this.client = SampleClient.whenReady(this.port);
	}

	@Test
	void whenManyClientsAskAtOnceThenEachGetsItsOwnAnswerAndTheScoreIsThatOfTheModel() throws IOException {
		int rows = DIGITS.size();
		List<float[]> alone = DirectModel.digits(DIGITS.pixels());
		List<DocumentContext> answers = SampleClient.concurrently(CLIENTS, rows * ROUNDS,
				index -> SampleClient.ok(this.client.post("/digits", DIGITS.json(index % rows))));
		for (int i = 0; i < answers.size(); i++) {
			assertAnswer(answers.get(i), alone.get(i % rows), "row " + i % rows);
		}
		long correct = 0;
		for (int i = 0; i < rows; i++) {
			correct += (answers.get(i).read("$.digit", Integer.class) == DIGITS.label(i)) ? 1 : 0;
		}
		String score = new ClassPathResource("digits-score.json").getContentAsString(StandardCharsets.UTF_8);
		assertThat(rows).isEqualTo(JsonPath.<Integer>read(score, "$.rows"));
		assertThat(correct).isEqualTo(JsonPath.<Integer>read(score, "$.correct").longValue());
		assertThat((double) correct / rows).isCloseTo(JsonPath.<Double>read(score, "$.accuracy"), within(5e-7));
	}

	private static void assertAnswer(DocumentContext answer, float[] expected, String description) {
		double[] probabilities = answer.<List<Number>>read("$.probabilities")
			.stream()
			.mapToDouble(Number::doubleValue)
			.toArray();
		double[] alone = new double[expected.length];
		Arrays.setAll(alone, i -> expected[i]);
		assertThat(probabilities).as(description).containsExactly(alone, within(1e-5));
	}

	@Test
	void whenProbabilitiesAreNotAskedForThenThereIsTheDigitOnly() {
		String json = DIGITS.json(0).replace("true", "false");
		assertThat(this.client.post("/digits", json).body()).isEqualTo("{\"digit\":" + DIGITS.label(0) + "}");
	}

}
