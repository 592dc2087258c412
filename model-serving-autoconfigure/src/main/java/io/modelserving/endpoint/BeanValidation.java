package io.modelserving.endpoint;

import java.util.Comparator;
import java.util.List;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;

/**
 * {@link RequestValidation} by Jakarta Validation.
 */
public final class BeanValidation implements RequestValidation {

	private final Validator validator;

	public BeanValidation(Validator validator) {
		this.validator = validator;
	}

	@Override
	public List<InvalidField> validate(Object request) {
		return this.validator.validate(request)
			.stream()
			.map(BeanValidation::invalidField)
			.sorted(Comparator.comparing(InvalidField::field).thenComparing(InvalidField::message))
			.toList();
	}

	private static InvalidField invalidField(ConstraintViolation<Object> violation) {
		return InvalidField.of(violation.getPropertyPath().toString(), violation.getMessage(),
				violation.getInvalidValue());
	}

}
