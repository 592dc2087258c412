package io.modelserving.model;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NearNames}.
 */
class NearNamesTests {

	@ParameterizedTest
	@CsvSource({ "digit.onnx, digits.onnx", "DIGITS.ONNX, digits.onnx", "dgits.onxn, digits.onnx",
			"face.onnx, faces.onnx" })
	void whenANameIsMistypedThenTheNearestIsFound(String name, String expected) {
		assertThat(NearNames.nearest(name, List.of("faces.onnx", "digits.onnx"))).contains(expected);
	}

	@Test
	void whenNothingIsNearThenNothingIsFound() {
		assertThat(NearNames.nearest("speech.bin", List.of("faces.onnx", "digits.onnx"))).isEmpty();
		assertThat(NearNames.nearest("a", List.of())).isEmpty();
	}

}
