package io.modelserving.serving.server;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import io.modelserving.serving.InferenceResult;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.serving.traffic.TrafficStatus;
import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.InferenceException.ModelUnavailable;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelState;

import static io.modelserving.serving.server.TrafficFixture.MODEL;
import static io.modelserving.serving.server.TrafficFixture.join;
import static io.modelserving.serving.traffic.TrafficPolicyTests.weights;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests that calls go where the traffic of their model says.
 */
class TrafficServingTests {

	@Test
	void whenTenThousandCallsAreSplitThenVersionsAnswerTheirShares() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.split(weights(1, 90, 2, 10)), VersionModel.of(1),
				VersionModel.of(2))) {
			int second = 0;
			for (int i = 0; i < 10_000; i++) {
				InferenceResult result = join(fixture.call());
				assertThat(result.outputs().numeric("y").toFloats()).containsExactly(result.model().version(),
						result.model().version());
				second += (result.model().version() == 2) ? 1 : 0;
			}
			assertThat((double) second).isCloseTo(1000, within(4 * Math.sqrt(10_000 * 0.1 * 0.9)));
		}
	}

	@Test
	void whenWeightsChangeThenKeysStayWithTheirVersionsAsFarAsTheWeightsAllow() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.split(weights(1, 90, 2, 10)), VersionModel.of(1),
				VersionModel.of(2))) {
			Map<String, Long> before = new HashMap<>();
			for (int i = 0; i < 300; i++) {
				String key = "user-" + i;
				before.put(key, fixture.answeredBy(key));
				assertThat(fixture.answeredBy(key)).isEqualTo(before.get(key));
			}
			fixture.administration().route(MODEL, Traffic.split(weights(1, 50, 2, 50)));
			before.forEach((key, version) -> {
				if (version == 2) {
					assertThat(fixture.answeredBy(key)).isEqualTo(2);
				}
			});
			assertThat(before.keySet()).anyMatch(key -> fixture.answeredBy(key) != before.get(key));
		}
	}

	@Test
	void whenTrafficIsSetThenTheNextCallFollowsIt() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.NONE, VersionModel.of(1), VersionModel.of(2))) {
			assertThat(fixture.answeredBy()).isEqualTo(2);
			fixture.administration().route(MODEL, Traffic.pinnedTo(1));
			assertThat(fixture.answeredBy()).isEqualTo(1);
			assertThat(fixture.registry().traffic(MODEL)).isEqualTo(Traffic.pinnedTo(1));
			assertThat(fixture.registry().find(MODEL).orElseThrow().key().version()).isEqualTo(1);
			assertThat(fixture.routed).containsExactly(Traffic.pinnedTo(1));
			fixture.administration().route(MODEL, Traffic.NONE);
			assertThat(fixture.answeredBy()).isEqualTo(2);
		}
	}

	@Test
	void whenACallNamesItsVersionThenTrafficDoesNotMatter() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.pinnedTo(1), VersionModel.of(1), VersionModel.of(2))) {
			assertThat(join(fixture.call(2L, null)).model().version()).isEqualTo(2);
		}
	}

	@Test
	void whenWhatIsNamedIsNotThereThenTrafficIsNotSet() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.pinnedTo(1), VersionModel.of(1), VersionModel.of(2))) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> fixture.administration().route(MODEL, Traffic.split(weights(1, 50, 3, 50))))
				.withMessage("model \"a\" has no version 3; it has 1, 2");
			assertThatExceptionOfType(ModelNotFound.class)
				.isThrownBy(() -> fixture.administration().route("b", Traffic.NONE))
				.withMessage("unknown model \"b\"; there are [a]");
			assertThat(fixture.registry().traffic(MODEL)).isEqualTo(Traffic.pinnedTo(1));
			assertThat(fixture.registry().traffic("b")).isEqualTo(Traffic.NONE);
		}
	}

	@Test
	void whenALabelIsSetThenItStandsForItsVersion() {
		Traffic labelled = Traffic.NONE.withLabels(new TreeMap<>(Map.of("stable", 1L)));
		try (TrafficFixture fixture = new TrafficFixture(labelled, VersionModel.of(1), VersionModel.of(2))) {
			assertThat(fixture.registry().labelled(MODEL, "stable")).contains(1L);
			assertThat(fixture.registry().labelled(MODEL, "canary")).isEmpty();
			assertThat(fixture.registry().labelled("b", "stable")).isEmpty();
		}
	}

	@Test
	void whenAVersionComesLaterThenItsPartWaitsForIt() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.split(weights(1, 50, 2, 50)), VersionModel.of(1))) {
			TrafficStatus waiting = fixture.registry().trafficStatus(MODEL);
			assertThat(waiting.shares()).isEqualTo(Map.of(1L, 1.0));
			assertThat(waiting.reasons()).containsExactly("version 2 is not loaded yet; it will get its part");
			assertThat(fixture.answeredBy()).isEqualTo(1);
			fixture.load(VersionModel.of(2));
			assertThat(fixture.registry().trafficStatus(MODEL).shares()).isEqualTo(Map.of(1L, 0.5, 2L, 0.5));
			assertThat(fixture.registry().trafficStatus(MODEL).reasons()).isEmpty();
		}
	}

	@Test
	void whenAVersionIsDisabledThenItRejectsCallsAndTheOthersGetItsTraffic() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.split(weights(1, 50, 2, 50)), VersionModel.of(1),
				VersionModel.of(2))) {
			ModelKey second = new ModelKey(MODEL, 2);
			fixture.administration().disable(second);
			for (int i = 0; i < 20; i++) {
				assertThat(fixture.answeredBy()).isEqualTo(1);
			}
			assertThatExceptionOfType(ModelUnavailable.class).isThrownBy(() -> join(fixture.call(2L, null)))
				.withMessage("model \"a\" is disabled by an operator; it takes calls again once it is enabled");
			assertThat(fixture.registry().find(second).orElseThrow().status()).satisfies(status -> {
				assertThat(status.state()).isEqualTo(ModelState.READY);
				assertThat(status.isAvailable()).isFalse();
			});
			assertThat(fixture.registry().trafficStatus(MODEL).reasons()).singleElement()
				.asString()
				.startsWith("version 2 is disabled by an operator");
			fixture.administration().enable(second);
			assertThat(join(fixture.call(2L, null)).model()).isEqualTo(second);
		}
	}

	@Test
	void whenAllVersionsAreDisabledThenCallsAreRejected() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.NONE, VersionModel.of(1))) {
			fixture.administration().disable(new ModelKey(MODEL, 1));
			assertThatExceptionOfType(ModelUnavailable.class).isThrownBy(fixture::answeredBy)
				.withMessageContaining("disabled by an operator");
			assertThat(fixture.registry().trafficStatus(MODEL).reasons()).containsExactly("no version can take calls");
		}
	}

	@Test
	void whenADisabledVersionIsReloadedThenItStaysDisabled() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.NONE, VersionModel.of(1))) {
			ModelKey key = new ModelKey(MODEL, 1);
			fixture.administration().disable(key);
			assertThat(join(fixture.administration().reload(key)).enabled()).isFalse();
			assertThatExceptionOfType(ModelUnavailable.class).isThrownBy(fixture::answeredBy);
		}
	}

	@Test
	void whenAVersionIsDisabledThenWhatItHasAcceptedIsAnswered() {
		VersionModel model = VersionModel.of(1);
		try (TrafficFixture fixture = new TrafficFixture(Traffic.NONE, model)) {
			model.hang();
			List<CompletableFuture<InferenceResult>> accepted = List.of(fixture.call(), fixture.call(), fixture.call());
			fixture.administration().disable(new ModelKey(MODEL, 1));
			model.mend();
			accepted.forEach(call -> assertThat(join(call).model().version()).isEqualTo(1));
		}
	}

	@Test
	void whenWhatIsToBeDisabledIsNotThereThenThatIsSaid() {
		try (TrafficFixture fixture = new TrafficFixture(Traffic.NONE, VersionModel.of(1))) {
			assertThatExceptionOfType(ModelNotFound.class)
				.isThrownBy(() -> fixture.administration().disable(new ModelKey(MODEL, 2)))
				.withMessage("unknown model a:2; there are [a:1]");
			assertThatExceptionOfType(ModelNotFound.class)
				.isThrownBy(() -> fixture.administration().enable(new ModelKey("b", 1)));
		}
	}

}
