package io.modelserving.actuate;

import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.modelserving.serving.traffic.Rollback;
import io.modelserving.serving.traffic.Shadow;
import io.modelserving.serving.traffic.Traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link TrafficChange}.
 */
class TrafficChangeTests {

	private static final Traffic FULL = new Traffic(1L, new TreeMap<>(Map.of(1L, 95, 2L, 5)), new Shadow(3, 0.5, 0.1),
			"X-User", new TreeMap<>(Map.of("stable", 1L)), new Rollback(1L, 50, 10, 0.3));

	@Test
	void whatIsNotGivenStays() {
		assertThat(change(FULL, Map.of("defaultVersion", "2")))
			.isEqualTo(new Traffic(2L, FULL.weights(), FULL.shadow(), "X-User", FULL.labels(), FULL.rollback()));
		assertThat(change(FULL, Map.of("weights", "1=80, 2=20")).weights()).isEqualTo(Map.of(1L, 80, 2L, 20));
		assertThat(change(FULL, Map.of("shadowShare", "1")).shadow()).isEqualTo(new Shadow(3, 1, 0.1));
		assertThat(change(FULL, Map.of("rollbackWindow", "5")).rollback()).isEqualTo(new Rollback(1L, 5, 5, 0.3));
		assertThat(change(FULL, Map.of("rollback", "true"))).isEqualTo(FULL);
	}

	@Test
	void whatIsGivenEmptyGoes() {
		Map<String, String> nothing = Map.of("defaultVersion", "", "weights", "", "shadow", "", "stickyHeader", "",
				"labels", "", "rollback", "");
		assertThat(change(FULL, nothing)).isEqualTo(Traffic.NONE);
		assertThat(change(FULL, Map.of("shadowTolerance", "")).shadow()).isEqualTo(new Shadow(3, 0.5, null));
		assertThat(change(FULL, Map.of("rollbackTo", "")).rollback()).isEqualTo(new Rollback(null, 50, 10, 0.3));
		assertThat(change(FULL, Map.of("rollback", "false")).rollback()).isNull();
	}

	@Test
	void whatIsGivenFirstStartsFromTheDefaults() {
		assertThat(change(Traffic.NONE, Map.of("shadow", "2")).shadow()).isEqualTo(Shadow.of(2));
		assertThat(change(Traffic.NONE, Map.of("rollback", "true")).rollback()).isEqualTo(Rollback.defaults());
		assertThat(change(Traffic.NONE, Map.of("rollbackFailureRatio", "0.5")).rollback())
			.isEqualTo(new Rollback(null, 100, 20, 0.5));
		assertThat(change(Traffic.NONE, Map.of("labels", "stable=1,canary=2")).labels())
			.isEqualTo(Map.of("stable", 1L, "canary", 2L));
		assertThat(change(Traffic.NONE, Map.of("stickyHeader", "X-User")).stickyHeader()).isEqualTo("X-User");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			defaultVersion       | two     | defaultVersion is "two"; it must be a version
			defaultVersion       | 0       | default-version: version 0 is not a positive number
			weights              | 1:95    | weights is "1:95"; it must be weights by version, such as 1=95,2=5
			weights              | a=95    | weights is "a=95"; it must be weights by version
			weights              | 1=1,1=2 | weights is "1=1,1=2"; it must be weights by version
			weights              | 1=-1    | weights: version 1 has -1; a weight must not be negative
			weights              | 1=99999999999 | it must be weights by version
			labels               | stable  | labels is "stable"; it must be versions by label, such as stable=1,canary=2
			labels               | 1=1     | labels: "1" is not a label
			shadow               | x       | shadow is "x"; it must be a version
			rollback             | maybe   | rollback is "maybe"; it must be true or false
			rollbackWindow       | 1.5     | rollbackWindow is "1.5"; it must be a whole number
			rollbackWindow       | 0       | rollback: window is 0
			rollbackFailureRatio | all     | rollbackFailureRatio is "all"; it must be a number
			stickyHeader         | a b     | sticky-header "a b" is not the name of a header
			shadowShare          | 0.5     | no version gets copies: name it by the parameter shadow
			""")
	void whenAParameterMakesNoSenseThenTheMessageNamesIt(String name, String value, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> change(Traffic.NONE, Map.of(name, value)))
			.withMessageContaining(message);
	}

	private static Traffic change(Traffic current, Map<String, String> parameters) {
		return new TrafficChange(new ManagementParameters(parameters)).applyTo(current);
	}

}
