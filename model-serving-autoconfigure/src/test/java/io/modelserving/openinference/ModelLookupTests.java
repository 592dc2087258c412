package io.modelserving.openinference;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.modelserving.model.InferenceException.ModelNotFound;
import io.modelserving.model.ModelKey;
import io.modelserving.model.ModelSignature;
import io.modelserving.serving.traffic.Traffic;
import io.modelserving.tensor.NamedTensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ModelLookup}.
 */
class ModelLookupTests {

	private final FakeModels models = new FakeModels();

	private final ModelLookup lookup = new ModelLookup(this.models);

	@Test
	void whenThereAreNoModelsThenMessageSaysSo() {
		assertThatExceptionOfType(ModelNotFound.class).isThrownBy(() -> this.lookup.find("a", null))
			.withMessage("unknown model \"a\"; there are none");
	}

	@Test
	void whenModelIsUnknownThenEachModelIsListedOnce() {
		add("a", 1);
		add("a", 2);
		add("b", 1);
		assertThatExceptionOfType(ModelNotFound.class).isThrownBy(() -> this.lookup.find("c", 1L))
			.withMessage("unknown model \"c\"; there are \"a\", \"b\"");
		assertThatExceptionOfType(ModelNotFound.class).isThrownBy(() -> this.lookup.find("a", 3L))
			.withMessage("model \"a\" has no version \"3\"; there are 1, 2");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a/b" })
	void whenNameCannotBeThatOfAModelThenThereIsNone(String name) {
		assertThatExceptionOfType(ModelNotFound.class).isThrownBy(() -> this.lookup.find(name, 1L));
	}

	@Test
	void versionIsANumber() {
		assertThat(this.lookup.version("a", null)).isNull();
		assertThat(this.lookup.version("a", "12")).isEqualTo(12);
	}

	@Test
	void versionMayBeALabel() {
		add("a", 1);
		this.models.route("a", Traffic.NONE.withLabels(new TreeMap<>(Map.of("stable", 1L))));
		assertThat(this.lookup.version("a", "stable")).isEqualTo(1);
		assertThatExceptionOfType(ModelNotFound.class).isThrownBy(() -> this.lookup.version("a", "canary"))
			.withMessage("model \"a\" has no version \"canary\"; there is 1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "0", "-1", "1.0", "v1", "9223372036854775808" })
	void whenVersionIsNoPositiveNumberThenThereIsNone(String version) {
		add("a", 1);
		assertThatExceptionOfType(ModelNotFound.class).isThrownBy(() -> this.lookup.version("a", version))
			.withMessage("model \"a\" has no version \"%s\"; there is 1", version);
	}

	private void add(String name, long version) {
		this.models.add(new ModelKey(name, version), new ModelSignature(List.of(), List.of()),
				NamedTensors.of(Map.of()));
	}

}
