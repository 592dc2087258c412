package io.modelserving.endpoint;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.modelserving.image.Picture;
import jakarta.validation.Valid;
import jakarta.validation.Validation;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests which requests {@link RequestChecks} can find to be invalid.
 */
class RequestChecksTests {

	private static final RequestValidation BEANS = new BeanValidation(
			Validation.buildDefaultValidatorFactory().getValidator());

	@ParameterizedTest
	@ValueSource(strings = { "text", "number", "bytes", "counts", "picture", "counter", "optionalCounter", "named" })
	void whatCannotBeInvalid(String field) throws NoSuchFieldException {
		assertThat(new RequestChecks(BEANS).canFail(type(field))).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "level, true", "levels, true", "texts, true", "list, true", "titled, true", "measured, true",
			"constrained, false", "deep, false", "constrainedValues, false", "loop, true" })
	void whatCanBeInvalidWithoutConstraintsToo(String field, boolean content) throws NoSuchFieldException {
		assertThat(new RequestChecks(BEANS).canFail(type(field))).isTrue();
		assertThat(new RequestChecks(RequestValidation.NONE).canFail(type(field))).isEqualTo(content);
	}

	private static ResolvableType type(String field) throws NoSuchFieldException {
		return ResolvableType.forField(Requests.class.getDeclaredField(field));
	}

	record Counter(int count) {
	}

	record Named(@Nullable String name, Optional<String> other) {
	}

	record Titled(String title) {
	}

	record Measured(@Nullable Double value) {
	}

	record Constrained(@Min(1) int count) {
	}

	record Deep(@Nullable @Valid Constrained inner) {
	}

	record Loop(@Nullable Loop next, float end) {
	}

	private static final class Requests {

		String text;

		Integer number;

		byte[] bytes;

		Map<String, Integer> counts;

		Picture picture;

		Counter counter;

		Optional<Counter> optionalCounter;

		Named named;

		Float level;

		float[] levels;

		String[] texts;

		Collection<Integer> list;

		List<Titled> titled;

		Measured measured;

		Constrained constrained;

		Deep deep;

		Map<String, Constrained> constrainedValues;

		Loop loop;

	}

}
