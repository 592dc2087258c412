package io.modelserving.serving.server;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.traffic.Shadow;
import io.modelserving.serving.traffic.ShadowFigures;
import io.modelserving.serving.traffic.ShadowOutcome;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.model.ModelKey;

import static io.modelserving.serving.server.TrafficFixture.MODEL;
import static io.modelserving.serving.server.TrafficFixture.join;
import static io.modelserving.serving.server.TrafficFixture.take;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that copies of calls go to another version, and that nobody notices.
 */
class ShadowServingTests {

	private final VersionModel first = VersionModel.of(1);

	private static Traffic shadowed(Shadow shadow) {
		return Traffic.pinnedTo(1).withShadow(shadow);
	}

	@Test
	void whenAnswersAgreeWithinTheToleranceThenTheyMatch() {
		try (TrafficFixture fixture = new TrafficFixture(shadowed(new Shadow(2, 1, 0.1)), this.first,
				VersionModel.of(2, 1.05f))) {
			assertThat(fixture.answeredBy()).isEqualTo(1);
			assertThat(take(fixture.shadowed)).isEqualTo(ShadowOutcome.MATCHED);
			assertThat(figures(fixture).count(ShadowOutcome.MATCHED)).isEqualTo(1);
		}
	}

	@Test
	void whenAnswersDifferThenTheCallerGetsHisOwnAndTheDifferenceIsKept() {
		try (TrafficFixture fixture = new TrafficFixture(shadowed(Shadow.of(2)), this.first, VersionModel.of(2))) {
			assertThat(join(fixture.call()).outputs().numeric("y").toFloats()).containsExactly(1, 1);
			assertThat(take(fixture.shadowed)).isEqualTo(ShadowOutcome.DIFFERED);
			assertThat(figures(fixture).count(ShadowOutcome.DIFFERED)).isEqualTo(1);
			assertThat(figures(fixture).lastDifference()).contains("output \"y\" differs by up to 1.0");
		}
	}

	@Test
	void whenTheShadowFailsThenThatIsCounted() {
		VersionModel second = VersionModel.of(2);
		try (TrafficFixture fixture = new TrafficFixture(shadowed(Shadow.of(2)), this.first, second)) {
			second.fail();
			assertThat(fixture.answeredBy()).isEqualTo(1);
			assertThat(take(fixture.shadowed)).isEqualTo(ShadowOutcome.FAILED);
			assertThat(figures(fixture).lastFailure()).contains("ExecutionFailed");
		}
	}

	@Test
	void whenTheShadowDoesNotServeThenCopiesAreSkipped() {
		try (TrafficFixture fixture = new TrafficFixture(shadowed(Shadow.of(2)), this.first, VersionModel.of(2))) {
			fixture.administration().disable(new ModelKey(MODEL, 2));
			assertThat(fixture.answeredBy()).isEqualTo(1);
			assertThat(take(fixture.shadowed)).isEqualTo(ShadowOutcome.SKIPPED);
			join(fixture.administration().unload(new ModelKey(MODEL, 2)));
			assertThat(fixture.answeredBy()).isEqualTo(1);
			assertThat(take(fixture.shadowed)).isEqualTo(ShadowOutcome.SKIPPED);
		}
	}

	@Test
	void whenTheShadowNeverAnswersThenCallersGetTheirAnswersAndCopiesAreBounded() {
		VersionModel second = VersionModel.of(2);
		try (TrafficFixture fixture = new TrafficFixture(shadowed(Shadow.of(2)), this.first, second)) {
			second.hang();
			for (int i = 0; i < 1000; i++) {
				assertThat(fixture.answeredBy()).isEqualTo(1);
			}
			for (int i = 0; i < 1000 - ShadowTraffic.MAX_INFLIGHT; i++) {
				assertThat(take(fixture.shadowed)).isEqualTo(ShadowOutcome.SKIPPED);
			}
			assertThat(figures(fixture).inflight()).isEqualTo(ShadowTraffic.MAX_INFLIGHT);
			awaitAccepted(fixture, ShadowTraffic.MAX_INFLIGHT);
			second.mend();
			for (int i = 0; i < ShadowTraffic.MAX_INFLIGHT; i++) {
				assertThat(take(fixture.shadowed)).isEqualTo(ShadowOutcome.DIFFERED);
			}
			assertThat(figures(fixture).inflight()).isZero();
		}
	}

	@Test
	void whenTheQueueOfTheShadowIsHalfFullThenCopiesAreSkipped() {
		VersionModel second = VersionModel.of(2);
		try (TrafficFixture fixture = new TrafficFixture(shadowed(Shadow.of(2)), this.first, second)) {
			second.hang();
			List<CompletableFuture<InferenceResult>> own = IntStream.range(0, 600)
				.mapToObj(i -> fixture.call(2L, null))
				.toList();
			assertThat(fixture.answeredBy()).isEqualTo(1);
			assertThat(take(fixture.shadowed)).isEqualTo(ShadowOutcome.SKIPPED);
			second.mend();
			own.forEach(TrafficFixture::join);
		}
	}

	@Test
	void whenAShareIsCopiedThenTheOtherCallsAreNot() {
		try (TrafficFixture fixture = new TrafficFixture(shadowed(new Shadow(2, 0.25, null)), this.first,
				VersionModel.of(2))) {
			for (int i = 0; i < 1000; i++) {
				fixture.answeredBy();
			}
			fixture.server().drain(Duration.ofSeconds(30));
			assertThat(fixture.shadowed.size()).isBetween(195, 305);
		}
	}

	@Test
	void whenACallNamesItsVersionOrFailsThenItIsNotCopied() {
		try (TrafficFixture fixture = new TrafficFixture(shadowed(Shadow.of(2)), this.first, VersionModel.of(2))) {
			join(fixture.call(1L, null));
			this.first.fail();
			assertThat(fixture.call()).failsWithin(Duration.ofSeconds(30));
			this.first.mend();
			fixture.server().drain(Duration.ofSeconds(30));
			assertThat(fixture.shadowed).isEmpty();
		}
	}

	@Test
	void whenTheShadowAnswersTheCallThenThereIsNoCopy() {
		Traffic traffic = Traffic.pinnedTo(2).withShadow(Shadow.of(2));
		try (TrafficFixture fixture = new TrafficFixture(traffic, this.first, VersionModel.of(2))) {
			assertThat(fixture.answeredBy()).isEqualTo(2);
			fixture.server().drain(Duration.ofSeconds(30));
			assertThat(fixture.shadowed).isEmpty();
		}
	}

	/**
	 * Wait until the shadow has accepted copies, which is after they have been counted.
	 */
	private static void awaitAccepted(TrafficFixture fixture, int copies) {
		long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
		while (accepted(fixture) < copies && System.nanoTime() - end < 0) {
			Thread.onSpinWait();
		}
		assertThat(accepted(fixture)).isEqualTo(copies);
	}

	private static int accepted(TrafficFixture fixture) {
		return fixture.registry().find(new ModelKey(MODEL, 2)).orElseThrow().batcher().inflight();
	}

	private static ShadowFigures figures(TrafficFixture fixture) {
		ShadowFigures figures = fixture.registry().trafficStatus(MODEL).shadow();
		assertThat(figures).isNotNull();
		return figures;
	}

}
