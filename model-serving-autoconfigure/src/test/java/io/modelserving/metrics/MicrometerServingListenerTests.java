package io.modelserving.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

import io.modelserving.batching.BatchListener;
import io.modelserving.batching.BatchTimes;
import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.batching.CostCurve;
import io.modelserving.batching.DispatchReason;
import io.modelserving.batching.RejectionReason;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelMetadata;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.model.graph.GraphAnalysis;
import io.modelserving.serving.BatchingPlan;
import io.modelserving.serving.ModelDetails;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.serving.Outcome;
import io.modelserving.serving.Scaled;
import io.modelserving.serving.RolledBack;
import io.modelserving.serving.ShadowOutcome;
import io.modelserving.serving.Traffic;
import io.modelserving.serving.TrafficStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link MicrometerServingListener}.
 */
class MicrometerServingListenerTests {

	private static final ModelKey DIGITS = new ModelKey("digits", 2);

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final ModelRegistry models = mock(ModelRegistry.class);

	private final MicrometerServingListener listener = new MicrometerServingListener(this.meters, () -> this.models);

	@Test
	void everyMeterHasItsDescriptionAndTags() {
		use(this.listener);
		assertThat(Arrays.stream(ModelServingMeters.values())).allSatisfy((documented) -> {
			List<Meter> found = new ArrayList<>(this.meters.find(documented.meterName()).meters());
			assertThat(found).as(documented.meterName()).isNotEmpty().allSatisfy((meter) -> {
				assertThat(meter.getId().getType()).isEqualTo(documented.type());
				assertThat(meter.getId().getDescription()).isEqualTo(documented.description());
				assertThat(meter.getId().getTags()).extracting((tag) -> tag.getKey())
					.containsExactlyInAnyOrderElementsOf(documented.tags());
				assertThat(meter.getId().getTag("model")).isEqualTo("digits");
				assertThat(meter.getId().getTag("version")).isEqualTo("2");
			});
		});
	}

	@Test
	void everyMeterIsDocumented() {
		use(this.listener);
		assertThat(this.meters.getMeters()).extracting((meter) -> meter.getId().getName())
			.isSubsetOf(Arrays.stream(ModelServingMeters.values()).map(ModelServingMeters::meterName).toList());
	}

	@Test
	void whenCallEndsThenCountsItsOutcomeAndTime() {
		this.listener.batchListener(DIGITS);
		this.listener.completed(DIGITS, Outcome.SUCCESS, 2_000_000);
		this.listener.completed(DIGITS, Outcome.OVERLOADED, 1_000_000);
		assertThat(this.meters.get("model.serving.requests")
			.tag("outcome", "success")
			.timer()
			.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(2);
		assertThat(this.meters.get("model.serving.requests").tag("outcome", "overloaded").timer().count()).isOne();
	}

	@Test
	void whenBatchRunsThenItsSizeReasonAndTimesAreKnown() {
		BatchListener batches = this.listener.batchListener(DIGITS);
		batches.waited(1_000_000);
		batches.dispatched(DispatchReason.FULL, 3, 8);
		batches.executed(3, 8, new BatchTimes(1_000_000, 4_000_000, 2_000_000), true);
		batches.executed(3, 8, new BatchTimes(1_000_000, 4_000_000, 0), false);
		batches.rejected(RejectionReason.QUEUE_FULL, 2);
		assertThat(this.meters.get("model.serving.queue").timer().count()).isOne();
		assertThat(this.meters.get("model.serving.batch.rows").summary().totalAmount()).isEqualTo(8);
		assertThat(this.meters.get("model.serving.batch.requests").summary().totalAmount()).isEqualTo(3);
		assertThat(this.meters.get("model.serving.dispatches").tag("reason", "full").counter().count()).isOne();
		assertThat(this.meters.get("model.serving.execution").timer().count()).isEqualTo(2);
		assertThat(millis("model.serving.execution")).isEqualTo(8);
		assertThat(millis("model.serving.merge")).isEqualTo(2);
		assertThat(millis("model.serving.scatter")).isEqualTo(2);
		assertThat(this.meters.get("model.serving.execution.failures").counter().count()).isOne();
		assertThat(this.meters.get("model.serving.rejections").tag("reason", "queue_full").counter().count()).isOne();
	}

	@Test
	void whenRunsGoWrongThenEachKindIsCounted() {
		BatchListener batches = this.listener.batchListener(DIGITS);
		batches.mismatched();
		batches.terminated();
		batches.terminated();
		batches.hung();
		assertThat(this.meters.get("model.serving.batch.mismatches").counter().count()).isOne();
		assertThat(this.meters.get("model.serving.terminations").counter().count()).isEqualTo(2);
		assertThat(this.meters.get("model.serving.hangs").counter().count()).isOne();
		assertThat(this.meters.get("model.serving.instances.hung").gauge().value()).isZero();
	}

	private double millis(String timer) {
		return this.meters.get(timer).timer().totalTime(TimeUnit.MILLISECONDS);
	}

	@Test
	void whenThereAreMoreOrFewerInstancesThenTheDirectionIsCounted() {
		this.listener.scaled(new Scaled(DIGITS, 1, 3, "busy"));
		this.listener.scaled(new Scaled(DIGITS, 3, 2, "calm"));
		this.listener.scaled(new Scaled(DIGITS, 2, 1, "calm"));
		assertThat(this.meters.get("model.serving.scalings").tag("direction", "up").counter().count()).isOne();
		assertThat(this.meters.get("model.serving.scalings").tag("direction", "down").counter().count()).isEqualTo(2);
	}

	@Test
	void gaugesReadTheBatcherOfTheMoment() {
		this.listener.batchListener(DIGITS);
		assertThat(gauge("model.serving.queue.rows")).isZero();
		known(ModelState.READY, new BatcherSnapshot(3, 7, 4, 2, 5, 100));
		assertThat(gauge("model.serving.queue.rows")).isEqualTo(7);
		assertThat(gauge("model.serving.queue.requests")).isEqualTo(3);
		assertThat(gauge("model.serving.inflight")).isEqualTo(5);
		assertThat(gauge("model.serving.instances.busy")).isEqualTo(2);
		assertThat(gauge("model.serving.instances")).isEqualTo(4);
	}

	@Test
	void stateIsOneForTheStateThatTheModelIsIn() {
		this.listener.statusChanged(status(ModelState.WARMING));
		assertThat(state("warming")).isOne();
		assertThat(state("ready")).isZero();
		this.listener.statusChanged(status(ModelState.READY));
		assertThat(state("warming")).isZero();
		assertThat(state("ready")).isOne();
	}

	@Test
	void whenModelIsUnloadedThenItsMetersGo() {
		use(this.listener);
		given(this.models.find(any(ModelKey.class))).willReturn(Optional.empty());
		this.listener.statusChanged(status(ModelState.UNLOADED));
		assertThat(this.meters.getMeters()).isEmpty();
		this.listener.completed(DIGITS, Outcome.SUCCESS, 1);
		assertThat(this.meters.getMeters()).isEmpty();
	}

	@Test
	void whenOneLifeOfAModelEndsButAnotherGoesOnThenItsMetersStay() {
		use(this.listener);
		known(ModelState.READY, BatcherSnapshot.IDLE);
		this.listener.statusChanged(status(ModelState.UNLOADED));
		assertThat(this.meters.find("model.serving.queue").timers()).isNotEmpty();
	}

	@Test
	void prometheusNamesFollowItsRules() {
		PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		use(new MicrometerServingListener(prometheus, () -> this.models));
		List<String> types = prometheus.scrape().lines().filter((line) -> line.startsWith("# TYPE ")).toList();
		assertThat(types).hasSizeGreaterThan(ModelServingMeters.values().length).allSatisfy((line) -> {
			String[] words = line.split(" ");
			assertThat(words[2]).matches("model_serving(_[a-z]+)+")
				.doesNotMatch(".*_(ms|millis|count|sum|bucket|info)");
			if (words[3].equals("counter")) {
				assertThat(words[2]).endsWith("_total");
			}
			else {
				assertThat(words[2]).doesNotEndWith("_total");
			}
		});
		assertThat(prometheus.scrape().lines().filter((line) -> line.startsWith("# HELP "))).hasSameSizeAs(types)
			.allSatisfy((line) -> assertThat(line.split(" ", 4)[3]).isNotBlank());
		assertThat(prometheus.scrape()).contains("model_serving_requests_seconds_bucket")
			.contains("model_serving_queue_seconds_bucket")
			.contains("model_serving_batch_rows_bucket");
	}

	private static void use(MicrometerServingListener listener) {
		listener.statusChanged(status(ModelState.READY));
		BatchListener batches = listener.batchListener(DIGITS);
		batches.waited(1);
		batches.dispatched(DispatchReason.IDLE, 1, 1);
		batches.executed(1, 1, new BatchTimes(1, 1, 1), true);
		listener.prepared(DIGITS, Duration.ofMillis(1), Duration.ofMillis(2));
		listener.completed(DIGITS, Outcome.SUCCESS, 1);
		listener.shadowed(DIGITS, ShadowOutcome.MATCHED);
	}

	@Test
	void whenAnswersForSamplesAreNotFiniteThenTheirOutputsAreCounted() {
		ModelDetails details = new ModelDetails(new ModelSignature(List.of(), List.of()),
				new ModelMetadata("onnx", "", "", Map.of()), GraphAnalysis.unknown(""), 1, 1,
				new BatchingPlan(false, 1, "", "", CostCurve.UNKNOWN), null, List.of(), Set.of("y", "z"), Duration.ZERO,
				Duration.ZERO);
		ModelStatus ready = new ModelStatus(DIGITS, ModelState.READY, "", true, Instant.EPOCH);
		given(this.models.find(DIGITS))
			.willReturn(Optional.of(new ModelSnapshot(ready, "", details, BatcherSnapshot.IDLE)));
		this.listener.prepared(DIGITS, Duration.ZERO, Duration.ZERO);
		assertThat(this.meters.get("model.serving.warmup.nonfinite").counter().count()).isEqualTo(2);
	}

	@Test
	void whenTrafficMovesThenItsShareRollbacksAndCopiesAreKnown() {
		use(this.listener);
		this.listener.shadowed(DIGITS, ShadowOutcome.DIFFERED);
		this.listener.shadowed(DIGITS, ShadowOutcome.DIFFERED);
		this.listener.rolledBack(new RolledBack(DIGITS, 1, 20, 11, "", Instant.EPOCH));
		given(this.models.trafficStatus("digits"))
			.willReturn(new TrafficStatus(Traffic.NONE, new TreeMap<>(Map.of(2L, 0.25)), List.of(), List.of(), null));
		assertThat(this.meters.get("model.serving.shadow").tag("outcome", "differed").counter().count()).isEqualTo(2);
		assertThat(this.meters.get("model.serving.shadow").tag("outcome", "matched").counter().count()).isOne();
		assertThat(this.meters.get("model.serving.rollbacks").counter().count()).isOne();
		assertThat(gauge("model.serving.traffic.share")).isEqualTo(0.25);
	}

	private void known(ModelState state, BatcherSnapshot batcher) {
		given(this.models.find(DIGITS))
			.willReturn(Optional.of(new ModelSnapshot(status(state), "file", null, batcher)));
	}

	private static ModelStatus status(ModelState state) {
		return new ModelStatus(DIGITS, state, "", true, Instant.EPOCH);
	}

	private double gauge(String name) {
		return this.meters.get(name).gauge().value();
	}

	private double state(String name) {
		return this.meters.get("model.serving.model.state").tag("state", name).gauge().value();
	}

}
