package io.modelserving.endpoint;

import java.util.Comparator;
import java.util.List;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
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
		return InvalidField.of(field(violation.getPropertyPath()), violation.getMessage(), violation.getInvalidValue());
	}

	/**
	 * Write a path as callers know it: without the names that the specification gives to
	 * elements of containers.
	 */
	private static String field(Path path) {
		StringBuilder field = new StringBuilder();
		for (Path.Node node : path) {
			if (node.isInIterable()) {
				field.append('[').append((node.getIndex() != null) ? node.getIndex() : node.getKey()).append(']');
			}
			if (node.getKind() != ElementKind.CONTAINER_ELEMENT) {
				field.append(field.isEmpty() ? "" : ".").append(node.getName());
			}
		}
		return field.toString();
	}

}
