package io.modelserving.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads the meters after a load, which shares batches whatever a busy machine finds about
 * their cost.
 */
@SampleTest
@TestPropertySource(properties = "model-serving.models.digits.batching.max-batch-size=8")
class PrometheusIT {

	private static final int READ = 0;

	/**
	 * Meters of the JVM and the web server have names that promtool would choose
	 * otherwise.
	 */
	private static final int READ_WITH_ADVICE = 3;

	private static final HeldOutDigits DIGITS = HeldOutDigits.load();

	@LocalServerPort
	private int port;

	private SampleClient client;

	@BeforeEach
	void load() {
		this.client = SampleClient.whenReady(this.port);
		SampleClient.concurrently(64, 2000,
				index -> SampleClient.ok(this.client.post("/digits", DIGITS.json(index % DIGITS.size()))));
	}

	@Test
	void whenManyAskAtOnceThenMetersShowBatches(@Autowired MeterRegistry meters) {
		assertThat(meters.get("model.serving.batch.rows").tag("model", "digits").summary().max()).isGreaterThan(1);
		String scrape = this.client.get("/actuator/prometheus").body();
		assertThat(scrape).contains("model_serving_requests_seconds_bucket{", "model_serving_queue_seconds_bucket{",
				"model_serving_execution_seconds_sum{", "model_serving_batch_rows_sum{",
				"model_serving_dispatches_total{", "model_serving_queue_rows{", "model_serving_inflight_requests{",
				"model_serving_instances_busy{", "model_serving_load_seconds{", "model_serving_warmup_seconds{",
				"model_serving_model_state{");
	}

	@Test
	void whenPrometheusChecksTheScrapeThenItHasNoComplaint() throws IOException, InterruptedException {
		Path promtool = Tools.require("promtool");
		Process check = new ProcessBuilder(promtool.toString(), "check", "metrics").redirectErrorStream(true).start();
		try (var input = check.getOutputStream()) {
			input.write(this.client.get("/actuator/prometheus").body().getBytes(StandardCharsets.UTF_8));
		}
		String output = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(check.waitFor(SampleClient.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(check.exitValue()).as(output).isIn(READ, READ_WITH_ADVICE);
		assertThat(output.lines().filter(line -> line.contains("model_serving"))).isEmpty();
	}

}
