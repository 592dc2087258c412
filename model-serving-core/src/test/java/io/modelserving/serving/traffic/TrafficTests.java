package io.modelserving.serving.traffic;

import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.modelserving.serving.traffic.TrafficPolicyTests.weights;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TrafficTests {

	@Test
	void allVersionsNamedAreListedOnce() {
		Traffic traffic = new Traffic(1L, weights(1, 90, 2, 10), Shadow.of(3), null,
				new TreeMap<>(Map.of("stable", 1L, "next", 4L)), new Rollback(5L, 10, 5, 0.5));
		assertThat(traffic.versions()).containsExactly(1L, 2L, 3L, 4L, 5L);
		assertThat(Traffic.NONE.versions()).isEmpty();
	}

	@Test
	void whenAVersionIsNotPositiveThenItIsRejected() {
		assertThatIllegalArgumentException().isThrownBy(() -> Traffic.pinnedTo(0))
			.withMessage("default-version: version 0 is not a positive number");
		assertThatIllegalArgumentException().isThrownBy(() -> Traffic.split(weights(0, 1)))
			.withMessage("weights: version 0 is not a positive number");
		assertThatIllegalArgumentException().isThrownBy(() -> Shadow.of(-1))
			.withMessage("shadow: version -1 is not a positive number");
		assertThatIllegalArgumentException().isThrownBy(() -> new Rollback(0L, 10, 5, 0.5))
			.withMessage("rollback: version 0 is not a positive number");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Traffic.NONE.withLabels(new TreeMap<>(Map.of("stable", 0L))))
			.withMessage("labels: stable: version 0 is not a positive number");
	}

	@Test
	void whenWeightsCannotBeSharesThenTheyAreRejected() {
		assertThatIllegalArgumentException().isThrownBy(() -> Traffic.split(weights(1, -1, 2, 5)))
			.withMessage("weights: version 1 has -1; a weight must not be negative");
		assertThatIllegalArgumentException().isThrownBy(() -> Traffic.split(weights(1, 0, 2, 0)))
			.withMessage("weights are {1=0, 2=0}; at least one must be above 0");
	}

	@ParameterizedTest
	@ValueSource(strings = { "1", "1a", "", "a b", "a/b", "é" })
	void whenALabelCouldBeMistakenThenItIsRejected(String label) {
		assertThatIllegalArgumentException().isThrownBy(() -> Traffic.NONE.withLabels(new TreeMap<>(Map.of(label, 1L))))
			.withMessageContaining("is not a label");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "x y", "x:y", "x\r\ny" })
	void whenAHeaderHasNoNameThenItIsRejected(String header) {
		assertThatIllegalArgumentException().isThrownBy(() -> Traffic.NONE.withStickyHeader(header))
			.withMessageContaining("is not the name of a header");
	}

	@Test
	void whenShadowHasNoShareOrToleranceThenItIsRejected() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Shadow(2, 1.1, null))
			.withMessage("shadow: share is 1.1; it must be from 0 to 1");
		assertThatIllegalArgumentException().isThrownBy(() -> new Shadow(2, Double.NaN, null))
			.withMessage("shadow: share is NaN; it must be from 0 to 1");
		assertThatIllegalArgumentException().isThrownBy(() -> new Shadow(2, 1, -0.1))
			.withMessage("shadow: tolerance is -0.1; it must be a number that is not negative");
	}

	@Test
	void whenRollbackCouldNeverDecideThenItIsRejected() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Rollback(null, 0, 1, 0.5))
			.withMessage("rollback: window is 0; it must be from 1 to 100000");
		assertThatIllegalArgumentException().isThrownBy(() -> new Rollback(null, 10, 11, 0.5))
			.withMessage("rollback: minimum-calls is 11; it must be from 1 to the window of 10");
		assertThatIllegalArgumentException().isThrownBy(() -> new Rollback(null, 10, 5, 1))
			.withMessage("rollback: failure-ratio is 1.0; it must be at least 0 and less than 1");
	}

}
