package io.modelserving.autoconfigure.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.micrometer.metrics.test.autoconfigure.AutoConfigureMetrics;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;

import io.modelserving.autoconfigure.StubModels;
import io.modelserving.metrics.InferenceObservationContext;
import io.modelserving.metrics.StageObservationContext;
import io.modelserving.model.ModelState;
import io.modelserving.pipeline.Stage;
import io.modelserving.serving.ModelStatusChangedEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests pipelines behind an endpoint, with what operators see of them.
 */
@SpringBootTest(classes = ReviewApplication.class, webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "management.endpoints.web.exposure.include=pipelines", "model-serving.stages.split.capacity=7",
				"model-serving.stages.encode.concurrency=3" })
@AutoConfigureMetrics
@Import(PipelineHttpTests.Watching.class)
class PipelineHttpTests {

	@LocalServerPort
	private int port;

	@Autowired
	private Watching watching;

	@Autowired
	private MeterRegistry meters;

	@Autowired
	private Map<String, Stage<?, ?>> stages;

	@BeforeEach
	void awaitModel() {
		StubModels.await(this.watching.ready);
	}

	private ResponseEntity<Map<String, Object>> post(String json) {
		return exchange(RestClient.create("http://localhost:" + this.port)
			.post()
			.uri("/reviews")
			.contentType(MediaType.APPLICATION_JSON)
			.body(json));
	}

	private static ResponseEntity<Map<String, Object>> exchange(RestClient.RequestHeadersSpec<?> request) {
		return request.retrieve().onStatus((status) -> true, (sent, response) -> {
		}).toEntity(new ParameterizedTypeReference<>() {
		});
	}

	@Test
	void itemGoesItsWayAndBecomesTheResponse() {
		ResponseEntity<Map<String, Object>> response = post("{\"text\": \"three short words\"}");
		assertThat(response.getStatusCode().value()).isEqualTo(200);
		assertThat(response.getBody()).containsOnly(Map.entry("score", 15.0));
	}

	@Test
	void whenRequestIsNotValidThenNoStageGetsIt() {
		ResponseEntity<Map<String, Object>> response = post("{\"text\": \" \"}");
		assertThat(response.getStatusCode().value()).isEqualTo(422);
		assertThat(String.valueOf(response.getBody())).contains("text");
	}

	@Test
	void whenStageRejectsTheItemThenItIsTheCallersMistake() {
		ResponseEntity<Map<String, Object>> response = post("{\"text\": \"a #tag\"}");
		assertThat(response.getStatusCode().value()).isEqualTo(400);
		assertThat(response.getBody()).containsEntry("detail", "a review has no tags");
	}

	@Test
	@SuppressWarnings("unchecked")
	void actuatorNamesStagesAndTheLimit() {
		post("{\"text\": \"some words\"}");
		Map<String, Object> pipelines = Objects.requireNonNull(
				exchange(RestClient.create("http://localhost:" + this.port).get().uri("/actuator/pipelines"))
					.getBody());
		assertThat(pipelines).hasSize(1);
		Map<String, Object> pipeline = (Map<String, Object>) pipelines.values().iterator().next();
		assertThat((List<Map<String, Object>>) Objects.requireNonNull(pipeline.get("stages")))
			.extracting((stage) -> stage.get("name"))
			.containsExactly("split", "encode", "words");
		Map<String, Object> limit = (Map<String, Object>) Objects.requireNonNull(pipeline.get("limit"));
		assertThat(limit.get("stage")).isIn("split", "encode", "words");
		assertThat(((Number) Objects.requireNonNull(limit.get("headroom"))).doubleValue()).isGreaterThanOrEqualTo(1);
	}

	@Test
	void propertiesOverrideTheAnnotation() {
		assertThat(Objects.requireNonNull(this.stages.get("split")).snapshot().instances()).isEqualTo(2);
		assertThat(Objects.requireNonNull(this.stages.get("encode")).snapshot().instances()).isEqualTo(3);
	}

	@Test
	void eachStageHasMeters() {
		double before = count("success");
		post("{\"text\": \"one\"}");
		post("{\"text\": \"a #tag\"}");
		assertThat(count("success")).isEqualTo(before + 1);
		assertThat(count("invalid")).isPositive();
		assertThat(this.meters.get("model.serving.stage.queue").tag("stage", "encode").timer().count()).isPositive();
		assertThat(this.meters.get("model.serving.stage.batch.rows").tag("stage", "encode").summary().count())
			.isPositive();
		assertThat(this.meters.get("model.serving.stage.instances").tag("stage", "encode").gauge().value())
			.isEqualTo(3);
		assertThat(this.meters.find("model.serving.stage.load").gauge()).isNull();
	}

	private double count(String outcome) {
		var timer = this.meters.find("model.serving.stage.requests")
			.tag("stage", "split")
			.tag("outcome", outcome)
			.timer();
		return (timer != null) ? timer.count() : 0;
	}

	@Test
	void eachStageAndModelIsASpanOfTheRequest() {
		this.watching.spans.clear();
		assertThat(exchange(RestClient.create("http://localhost:" + this.port)
			.post()
			.uri("/reviews")
			.header("X-Trace", "t1")
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"text\": \"one two\"}")).getStatusCode().value()).isEqualTo(200);
		Map<String, List<@Nullable String>> parents = this.watching.spans.stream()
			.collect(Collectors.groupingBy(Span::name, Collectors.mapping(Span::parent, Collectors.toList())));
		assertThat(parents).containsOnly(Map.entry("stage split", List.of("http.server.requests")),
				Map.entry("stage encode", List.of("http.server.requests", "http.server.requests")),
				Map.entry("infer words", List.of("http.server.requests", "http.server.requests")));
	}

	@Test
	void codeOfThePageIsThatOfTheExample() throws IOException {
		String code = Files
			.readString(Path.of("src/test/java", ReviewApplication.class.getName().replace('.', '/') + ".java"));
		String page = Files.readString(Path.of("../docs/pipelines.md"));
		assertThat(Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
			.matcher(page.substring(page.indexOf("## In Spring")))
			.results()
			.map((found) -> found.group(1))).hasSize(3).allSatisfy((block) -> assertThat(code).contains(block));
	}

	/**
	 * Watches the model become ready, and observations end.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Watching {

		final CountDownLatch ready = new CountDownLatch(1);

		final ConcurrentLinkedQueue<Span> spans = new ConcurrentLinkedQueue<>();

		@EventListener
		void statusChanged(ModelStatusChangedEvent event) {
			if (event.status().state() == ModelState.READY) {
				this.ready.countDown();
			}
		}

		@Bean
		ObservationHandler<Observation.Context> spansOfModels() {
			return new ObservationHandler<>() {

				@Override
				public void onStart(Observation.Context context) {
					if (context.getParentObservation() != null) {
						Watching.this.spans
							.add(new Span(name(context), context.getParentObservation().getContextView().getName()));
					}
				}

				@Override
				public boolean supportsContext(Observation.Context context) {
					return context instanceof InferenceObservationContext || context instanceof StageObservationContext;
				}

			};
		}

		private static String name(Observation.Context context) {
			return (context instanceof StageObservationContext stage) ? "stage " + stage.stage()
					: "infer " + ((InferenceObservationContext) context).request().model();
		}

	}

	record Span(String name, @Nullable String parent) {
	}

}
