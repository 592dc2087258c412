package io.modelserving.sample;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads digits from pictures.
 */
@SampleTest
class PicturesIT {

	@LocalServerPort
	private int port;

	private SampleClient client;

	@BeforeEach
	void awaitReadiness() {
		this.client = SampleClient.whenReady(this.port);
	}

	@ParameterizedTest
	@ValueSource(ints = { 3, 5, 8 })
	void whenPictureIsSentThenItsDigitIsRead(int digit) throws IOException {
		byte[] picture = new ClassPathResource("examples/digit-%d.png".formatted(digit)).getContentAsByteArray();
		HttpResponse<String> answer = this.client.post("/digits", "image/png", BodyPublishers.ofByteArray(picture));
		assertThat(SampleClient.ok(answer).read("$.digit", Integer.class)).isEqualTo(digit);
	}

	@Test
	void whenPictureShowsANumberThenAPipelineReadsIt() throws IOException {
		byte[] picture = new ClassPathResource("examples/number-358.png").getContentAsByteArray();
		HttpResponse<String> response = this.client.post("/numbers", "image/png", BodyPublishers.ofByteArray(picture));
		assertThat(SampleClient.ok(response).read("$.number", String.class)).isEqualTo("358");
		assertThat(this.client.post("/numbers", "{\"pixels\": [[1],[1],[1],[1],[1],[1],[1],[1]]}").statusCode())
			.isEqualTo(422);
		assertThat(SampleClient.ok(this.client.get("/actuator/pipelines"))
			.read("$.numberEndpoint.limit.stage", String.class)).isIn("cutDigits", "digits");
	}

	@Test
	void whenSeveralPathsAskTheSameModelThenItServesAll(@Autowired MeterRegistry meters) throws IOException {
		long before = served(meters);
		byte[] digit = new ClassPathResource("examples/digit-3.png").getContentAsByteArray();
		byte[] number = new ClassPathResource("examples/number-358.png").getContentAsByteArray();
		SampleClient.ok(this.client.post("/digits", "image/png", BodyPublishers.ofByteArray(digit)));
		SampleClient.ok(this.client.post("/numbers", "image/png", BodyPublishers.ofByteArray(number)));
		SampleClient.ok(this.client.postForJson("/digits/erasure", "{\"pixels\": 2}"));
		assertThat(served(meters) - before).as("one digit, three of the number, two steps").isEqualTo(6);
	}

	private static long served(MeterRegistry meters) {
		return meters.get("model.serving.requests")
			.tag("model", "digits")
			.timers()
			.stream()
			.mapToLong(Timer::count)
			.sum();
	}

	@Test
	void whenPictureIsBrokenThenItIsRejected() {
		HttpResponse<String> answer = this.client.post("/digits", "image/png", BodyPublishers.ofString("no picture"));
		assertThat(answer.statusCode()).as(answer.body()).isIn(400, 415);
		assertThat(answer.body()).contains("picture");
	}

}
