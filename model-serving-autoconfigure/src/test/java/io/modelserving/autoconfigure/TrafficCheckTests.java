package io.modelserving.autoconfigure;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import io.modelserving.serving.ModelDefinition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link TrafficCheck}.
 */
@ExtendWith(OutputCaptureExtension.class)
class TrafficCheckTests {

	private static final List<ModelDefinition> TWO_VERSIONS = List.of(StubModels.ready("digits", 1),
			StubModels.ready("digits", 2));

	@Test
	void whenAllVersionsAreThereThenAllIsWell() {
		assertThatNoException().isThrownBy(() -> check(TWO_VERSIONS, Map.of("weights.1", 90, "weights.2", 10)));
	}

	@Test
	void whenAVersionCannotComeThenThePropertyThatNamesItIsRejected() {
		for (String key : List.of("default-version", "weights.3", "shadow.version", "rollback.to", "labels.next")) {
			Map<String, Object> traffic = Map.of(key, key.equals("weights.3") ? 1 : 3);
			assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
				.isThrownBy(() -> check(TWO_VERSIONS, traffic))
				.satisfies((ex) -> {
					assertThat(ex.getName()).isEqualTo("model-serving.models.digits.traffic." + key);
					assertThat(ex.getReason()).startsWith("version 3 is not served; there are 1, 2.");
				});
		}
	}

	@Test
	void whenAVersionMayComeLaterThenTrafficWaitsForIt(CapturedOutput output) {
		check(TWO_VERSIONS, Map.of("default-version", 3), Map.of("model-serving.repository-control.mode", "poll"));
		assertThat(output).contains("Model \"digits\" has no version 3 yet, which "
				+ "model-serving.models.digits.traffic.default-version names; it gets its part once it is loaded");
	}

	@Test
	void whenTheModelHasAPlaceOfItsOwnThenPollingBringsItNothing() {
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class).isThrownBy(
				() -> check(TWO_VERSIONS, Map.of("default-version", 3), Map.of("model-serving.repository-control.mode",
						"poll", "model-serving.models.digits.location", "file:/digits.onnx")));
	}

	private static void check(List<ModelDefinition> definitions, Map<String, ?> traffic) {
		check(definitions, traffic, Map.of());
	}

	private static void check(List<ModelDefinition> definitions, Map<String, ?> traffic, Map<String, ?> others) {
		Map<String, Object> properties = new HashMap<>(others);
		traffic.forEach((key, value) -> properties.put("model-serving.models.digits.traffic." + key, value));
		new TrafficCheck(new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("model-serving",
				Bindable.of(ModelServingProperties.class)))
			.check(definitions);
	}

}
