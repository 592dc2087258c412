package io.modelserving.endpoint;

import java.util.List;

import jakarta.validation.Validation;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Size;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BeanValidation}.
 */
class BeanValidationTests {

	private final BeanValidation validation = new BeanValidation(
			Validation.buildDefaultValidatorFactory().getValidator());

	@Test
	void whenElementOfListInListIsInvalidThenItIsNamedByItsIndexes() {
		Matrix matrix = new Matrix(List.of(List.of(1, 2), List.of(3, 40)));
		assertThat(this.validation.validate(matrix)).extracting(InvalidField::field).containsExactly("rows[1][1]");
	}

	@Test
	void whenListInListIsInvalidThenItIsNamedByItsIndex() {
		Matrix matrix = new Matrix(List.of(List.of(1, 2), List.of()));
		assertThat(this.validation.validate(matrix)).extracting(InvalidField::field).containsExactly("rows[1]");
	}

	record Matrix(List<@Size(min = 1) List<@Max(9) Integer>> rows) {
	}

}
