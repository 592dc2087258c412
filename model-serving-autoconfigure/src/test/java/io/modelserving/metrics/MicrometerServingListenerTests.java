package io.modelserving.metrics;

import java.lang.management.ManagementFactory;
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

import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsProperties;
import org.springframework.boot.micrometer.metrics.autoconfigure.PropertiesMeterFilter;
import org.springframework.boot.micrometer.metrics.autoconfigure.ServiceLevelObjectiveBoundary;

import io.modelserving.batching.BatchListener;
import io.modelserving.batching.BatchTimes;
import io.modelserving.batching.BatcherSnapshot;
import io.modelserving.batching.admission.CostCurve;
import io.modelserving.batching.DispatchReason;
import io.modelserving.batching.admission.RejectionReason;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelMetadata;
import io.modelserving.model.ModelSignature;
import io.modelserving.model.ModelState;
import io.modelserving.model.ModelStatus;
import io.modelserving.model.graph.GraphAnalysis;
import io.modelserving.serving.BatchingPlan;
import io.modelserving.serving.ModelDetails;
import io.modelserving.sequence.SequenceEnd;
import io.modelserving.sequence.SequenceListener;
import io.modelserving.sequence.SequenceStatus;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import io.modelserving.model.Outcome;
import io.modelserving.serving.cache.CacheListener;
import io.modelserving.serving.cache.CacheOutcome;
import io.modelserving.serving.cache.CacheSettings;
import io.modelserving.serving.cache.CacheSnapshot;
import io.modelserving.serving.scaling.Scaled;
import io.modelserving.serving.traffic.RolledBack;
import io.modelserving.serving.traffic.ShadowOutcome;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.serving.traffic.TrafficStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
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
		useAll(this.listener);
		assertThat(Arrays.stream(ModelServingMeters.values())).allSatisfy((documented) -> {
			List<Meter> found = new ArrayList<>(this.meters.find(documented.getName()).meters());
			assertThat(found).as(documented.getName()).isNotEmpty().allSatisfy((meter) -> {
				assertThat(meter.getId().getType()).isEqualTo(documented.getType());
				assertThat(meter.getId().getDescription()).isEqualTo(documented.description());
				assertThat(meter.getId().getBaseUnit()).isEqualTo(documented.getBaseUnit());
				assertThat(meter.getId().getTags()).extracting((tag) -> tag.getKey())
					.containsExactlyInAnyOrderElementsOf(
							Arrays.stream(documented.getKeyNames()).map((key) -> key.asString()).toList());
				assertThat(meter.getId().getTag("model")).isEqualTo("digits");
				assertThat(meter.getId().getTag("version")).isEqualTo("2");
			});
		});
	}

	@Test
	void everyMeterIsDocumented() {
		useAll(this.listener);
		assertThat(this.meters.getMeters()).extracting((meter) -> meter.getId().getName())
			.filteredOn((name) -> !name.endsWith(".histogram"))
			.isSubsetOf(Arrays.stream(ModelServingMeters.values()).map(ModelServingMeters::getName).toList());
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
		assertThat(this.meters.get("model.serving.dispatches").tag("reason", "full").counter().count()).isOne();
		assertThat(this.meters.get("model.serving.execution").timer().count()).isEqualTo(2);
		assertThat(millis("model.serving.execution")).isEqualTo(8);
		assertThat(this.meters.get("model.serving.merge").counter().count()).isEqualTo(0.002);
		assertThat(this.meters.get("model.serving.scatter").counter().count()).isEqualTo(0.002);
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
		this.listener.batchListener(DIGITS);
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
		assertThat(gauge("model.serving.inflight")).isEqualTo(5);
		assertThat(gauge("model.serving.instances.busy")).isEqualTo(2);
		assertThat(gauge("model.serving.instances")).isEqualTo(4);
	}

	@Test
	void whenTrafficIsSetThenEachVersionOfTheModelShowsItsShare() {
		given(this.models.traffic("digits")).willReturn(Traffic.NONE);
		this.listener.statusChanged(status(ModelState.READY));
		this.listener.routed("other", Traffic.NONE);
		assertThat(this.meters.find("model.serving.traffic.share").gauges()).isEmpty();
		this.listener.routed("digits", Traffic.NONE);
		assertThat(this.meters.find("model.serving.traffic.share").gauges()).hasSize(1);
		given(this.models.traffic("digits"))
			.willReturn(new Traffic(2L, new TreeMap<>(), null, null, new TreeMap<>(), null));
		this.listener
			.statusChanged(new ModelStatus(new ModelKey("digits", 3), ModelState.LOADING, "", false, Instant.EPOCH));
		assertThat(this.meters.find("model.serving.traffic.share").gauges()).hasSize(2);
	}

	@Test
	void onlyTheStateThatTheModelIsInHasASeries() {
		this.listener.statusChanged(status(ModelState.WARMING));
		this.listener.statusChanged(status(ModelState.WARMING));
		assertThat(states()).containsExactly("warming");
		this.listener.statusChanged(status(ModelState.READY));
		assertThat(states()).containsExactly("ready");
		this.listener.statusChanged(status(ModelState.WARMING));
		assertThat(states()).containsExactly("warming");
	}

	@Test
	void whenModelIsUnloadedThenItsMetersGo() {
		BatchListener batches = this.listener.batchListener(DIGITS);
		useAll(this.listener);
		given(this.models.find(any(ModelKey.class))).willReturn(Optional.empty());
		this.listener.statusChanged(status(ModelState.UNLOADED));
		assertThat(this.meters.getMeters()).isEmpty();
		this.listener.completed(DIGITS, Outcome.SUCCESS, 1);
		this.listener.scaled(new Scaled(DIGITS, 1, 3, "busy"));
		this.listener.rolledBack(new RolledBack(DIGITS, 1, 20, 11, "", Instant.EPOCH));
		batches.rejected(RejectionReason.DRAINING, 1);
		batches.waited(1);
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
		useAll(new MicrometerServingListener(prometheus, () -> this.models));
		List<String> types = prometheus.scrape().lines().filter((line) -> line.startsWith("# TYPE ")).toList();
		assertThat(types).hasSizeGreaterThanOrEqualTo(ModelServingMeters.values().length).allSatisfy((line) -> {
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
			.contains("model_serving_load_seconds{")
			.contains("model_serving_merge_seconds_total{");
	}

	@Test
	void idleVersionHasAtMostFortySeries() {
		PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		MicrometerServingListener idle = new MicrometerServingListener(prometheus, () -> this.models);
		given(this.models.traffic("digits")).willReturn(Traffic.NONE);
		idle.statusChanged(status(ModelState.LOADING));
		idle.batchListener(DIGITS);
		idle.prepared(DIGITS, Duration.ofMillis(1), Duration.ofMillis(2));
		idle.statusChanged(status(ModelState.READY));
		assertThat(series(prometheus)).isBetween(1L, 10L);
		use(idle);
		assertThat(series(prometheus)).as("after the first request").isBetween(30L, 40L);
	}

	@Test
	void whenBootIsAskedForHistogramsThenTheyAreFull() {
		MetricsProperties properties = new MetricsProperties();
		properties.getDistribution().getPercentilesHistogram().put("model.serving", true);
		PrometheusMeterRegistry prometheus = registry(properties);
		use(new MicrometerServingListener(prometheus, () -> this.models));
		for (String histogram : List.of("requests_seconds", "queue_seconds", "execution_seconds", "batch_rows")) {
			assertThat(bounds(prometheus, histogram)).as(histogram).hasSizeGreaterThan(20);
		}
	}

	@Test
	void whenBootIsGivenObjectivesThenTheyAreTheBuckets() {
		MetricsProperties properties = new MetricsProperties();
		properties.getDistribution()
			.getSlo()
			.put("model.serving.requests",
					new ServiceLevelObjectiveBoundary[] { ServiceLevelObjectiveBoundary.valueOf("20ms") });
		properties.getEnable().put("model.serving.merge", false);
		PrometheusMeterRegistry prometheus = registry(properties);
		use(new MicrometerServingListener(prometheus, () -> this.models));
		assertThat(bounds(prometheus, "requests_seconds")).containsExactly("0.02", "+Inf");
		assertThat(bounds(prometheus, "queue_seconds")).containsExactly("0.001", "0.003", "0.01", "0.03", "0.1", "0.3",
				"1.0", "+Inf");
		assertThat(prometheus.scrape()).doesNotContain("model_serving_merge");
	}

	private static PrometheusMeterRegistry registry(MetricsProperties properties) {
		PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		prometheus.config().meterFilter(new PropertiesMeterFilter(properties));
		return prometheus;
	}

	private static List<String> bounds(PrometheusMeterRegistry prometheus, String name) {
		return prometheus.scrape()
			.lines()
			.filter((line) -> line.startsWith("model_serving_" + name + "_bucket"))
			.map((line) -> line.replaceAll(".*le=\"([^\"]*)\".*", "$1"))
			.toList();
	}

	private static long series(PrometheusMeterRegistry prometheus) {
		return prometheus.scrape().lines().filter((line) -> line.contains("model=\"digits\"")).count();
	}

	/**
	 * Counts what the events of requests allocate, once all have been seen.
	 */
	@Test
	void eventsOfRequestsAllocateNothing() {
		assumeTrue(ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean);
		com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
		assumeTrue(threads.isThreadAllocatedMemorySupported() && threads.isThreadAllocatedMemoryEnabled());
		MicrometerServingListener measured = new MicrometerServingListener(
				new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), () -> this.models);
		BatchListener batches = BatchListener.of(List.of(measured.batchListener(DIGITS), BatchListener.NONE));
		BatchTimes times = new BatchTimes(1000, 1_000_000, 1000);
		long events = 5 * 100_000;
		allEvents(measured, batches, times, 20_000);
		long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
		allEvents(measured, batches, times, 100_000);
		long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
		assertThat((double) allocated / events).as("bytes per event").isLessThan(1);
	}

	private static void allEvents(MicrometerServingListener listener, BatchListener batches, BatchTimes times,
			int count) {
		for (int i = 0; i < count; i++) {
			batches.waited(i);
			batches.dispatched(DispatchReason.FULL, 3, 8);
			batches.executed(3, 8, times, true);
			batches.rejected(RejectionReason.QUEUE_FULL, 2);
			listener.completed(DIGITS, Outcome.SUCCESS, i);
		}
	}

	private static void useAll(MicrometerServingListener listener) {
		use(listener);
		BatchListener batches = listener.batchListener(DIGITS);
		batches.mismatched();
		batches.terminated();
		batches.hung();
		batches.rejected(RejectionReason.QUEUE_FULL, 1);
		listener.scaled(new Scaled(DIGITS, 1, 3, "busy"));
		listener.routed("digits", Traffic.NONE);
		listener.rolledBack(new RolledBack(DIGITS, 1, 20, 11, "", Instant.EPOCH));
		listener.shadowed(DIGITS, ShadowOutcome.MATCHED);
		listener.of(DIGITS).nonFinite(1);
		listener.of(DIGITS).sequences(() -> 1);
		listener.sequenceListener(DIGITS).started();
		listener.sequenceListener(DIGITS).ended(SequenceEnd.COMPLETED);
		listener.of(DIGITS).cached(() -> CacheSnapshot.off(CacheSettings.OFF, ""));
		CacheListener cache = listener.cacheListener(DIGITS);
		cache.looked(CacheOutcome.HIT, 1);
		cache.evicted();
		cache.failed();
	}

	private static void use(MicrometerServingListener listener) {
		listener.statusChanged(status(ModelState.READY));
		BatchListener batches = listener.batchListener(DIGITS);
		batches.waited(1);
		batches.dispatched(DispatchReason.IDLE, 1, 1);
		batches.executed(1, 1, new BatchTimes(1, 1, 1), true);
		listener.prepared(DIGITS, Duration.ofMillis(1), Duration.ofMillis(2));
		listener.completed(DIGITS, Outcome.SUCCESS, 1);
	}

	@Test
	void whenAnswersForSamplesAreNotFiniteThenTheirOutputsAreCounted() {
		ModelDetails details = new ModelDetails(new ModelSignature(List.of(), List.of()),
				new ModelMetadata("onnx", "", "", Map.of()), GraphAnalysis.unknown(""), 1, 1,
				new BatchingPlan(false, 1, "", "", CostCurve.UNKNOWN), true, null, List.of(), Set.of("y", "z"),
				Duration.ZERO, Duration.ZERO);
		ModelStatus ready = new ModelStatus(DIGITS, ModelState.READY, "", true, Instant.EPOCH);
		given(this.models.find(DIGITS))
			.willReturn(Optional.of(new ModelSnapshot(ready, "", details, BatcherSnapshot.IDLE)));
		this.listener.prepared(DIGITS, Duration.ZERO, Duration.ZERO);
		assertThat(this.meters.get("model.serving.warmup.nonfinite").counter().count()).isEqualTo(2);
	}

	@Test
	void whenTheModelKeepsStateThenItsSequencesAreCounted() {
		SequenceStatus sequences = new SequenceStatus(List.of(), Duration.ofMinutes(1), 10, 3, 0, 0);
		given(this.models.find(DIGITS)).willReturn(Optional
			.of(new ModelSnapshot(status(ModelState.READY), "", null, BatcherSnapshot.IDLE, null, sequences, null)));
		this.listener.prepared(DIGITS, Duration.ZERO, Duration.ZERO);
		SequenceListener events = this.listener.sequenceListener(DIGITS);
		events.started();
		events.started();
		events.ended(SequenceEnd.EXPIRED);
		assertThat(gauge("model.serving.sequences")).isEqualTo(3);
		assertThat(this.meters.get("model.serving.sequences.started").counter().count()).isEqualTo(2);
		assertThat(this.meters.get("model.serving.sequences.ended").tag("outcome", "expired").counter().count())
			.isOne();
	}

	@Test
	void whenTrafficMovesThenItsShareRollbacksAndCopiesAreKnown() {
		use(this.listener);
		this.listener.routed("digits", Traffic.NONE);
		this.listener.shadowed(DIGITS, ShadowOutcome.MATCHED);
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

	private List<String> states() {
		return this.meters.get("model.serving.model.state")
			.gauges()
			.stream()
			.filter((gauge) -> gauge.value() == 1)
			.map((gauge) -> gauge.getId().getTag("state"))
			.toList();
	}

}
