package io.modelserving.openinference;

import java.util.List;
import java.util.Map;
import java.util.Set;

import io.modelserving.codec.InferenceRequestBody;
import io.modelserving.codec.RequestedOutput;
import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.tensor.NamedTensors;
import io.modelserving.tensor.Shape;
import io.modelserving.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link OutputFormats}.
 */
class OutputFormatsTests {

	@ParameterizedTest
	@CsvSource({ ",,false", "true,,true", "false,,false", ",true,true", "false,true,true", "true,false,false" })
	void whatIsSaidOfOneOutputCountsMoreThanWhatIsSaidOfAll(Boolean all, Boolean one, boolean binary) {
		OutputFormats formats = formats((all != null) ? Map.of("binary_data_output", all) : Map.of(),
				new RequestedOutput("y", (one != null) ? Map.of("binary_data", one) : Map.of()));
		assertThat(formats.binary(Set.of("y"))).isEqualTo(binary ? Set.of("y") : Set.of());
	}

	@Test
	void whenNoOutputsAreNamedThenWhatIsSaidOfAllCounts() {
		assertThat(formats(Map.of("binary_data_output", true)).binary(Set.of("a", "b"))).containsExactlyInAnyOrder("a",
				"b");
	}

	@Test
	void onlyTheOutputsWantedSoBecomeClasses() {
		OutputFormats formats = formats(Map.of(), new RequestedOutput("a", Map.of("classification", 1L)),
				new RequestedOutput("b", Map.of()));
		Tensor scores = Tensor.of(Shape.of(1, 2), 1, 2);
		NamedTensors outputs = formats.apply(NamedTensors.of("a", scores, "b", scores),
				(output) -> List.of("no", "yes of " + output));
		assertThat(outputs.strings("a").elements()).containsExactly("2:1:yes of a");
		assertThat(outputs.get("b")).isSameAs(scores);
	}

	@Test
	void whenNumberOfClassesIsHugeThenAllAreWanted() {
		OutputFormats formats = formats(Map.of(), new RequestedOutput("a", Map.of("classification", Long.MAX_VALUE)));
		assertThat(formats.apply(NamedTensors.of("a", Tensor.of(Shape.of(2), 1, 2)), (output) -> List.of())
			.strings("a")
			.elements()).hasSize(2);
	}

	@Test
	void whenAParameterMakesNoSenseThenTheMessageSaysWhatWould() {
		assertRejected(Map.of("classification", 0L),
				"output \"y\": parameter \"classification\" is 0; a whole number of classes is needed, at least 1");
		assertRejected(Map.of("classification", "2"),
				"output \"y\": parameter \"classification\" is 2; a whole number of classes is needed, at least 1");
		assertRejected(Map.of("binary_data", 1L),
				"output \"y\": parameter \"binary_data\" is 1; true or false is needed");
		assertRejected(Map.of("shared_memory_region", "r"),
				"output \"y\": parameter \"shared_memory_region\" is not supported, as the server shares no memory with"
						+ " callers; leave it out");
		assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> formats(Map.of("binary_data_output", "yes")))
			.withMessage("parameter \"binary_data_output\" is yes; true or false is needed");
	}

	private static void assertRejected(Map<String, Object> parameters, String message) {
		assertThatExceptionOfType(InvalidInput.class)
			.isThrownBy(() -> formats(Map.of(), new RequestedOutput("y", parameters)))
			.withMessage(message);
	}

	private static OutputFormats formats(Map<String, Object> parameters, RequestedOutput... outputs) {
		return OutputFormats
			.of(new InferenceRequestBody(null, parameters, NamedTensors.of(Map.of()), List.of(outputs)));
	}

}
