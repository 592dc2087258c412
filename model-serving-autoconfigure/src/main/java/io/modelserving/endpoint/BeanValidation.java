package io.modelserving.endpoint;

import java.lang.reflect.RecordComponent;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.validation.Validator;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

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
		return InvalidField.of(field(violation), violation.getMessage(), violation.getInvalidValue());
	}

	/**
	 * Write a path as callers know it: with the names of JSON, and without those that the
	 * specification gives to elements of containers.
	 */
	private static String field(ConstraintViolation<Object> violation) {
		StringBuilder field = new StringBuilder();
		ResolvableType owner = ResolvableType.forClass(violation.getRootBeanClass());
		for (Path.Node node : violation.getPropertyPath()) {
			if (node.isInIterable()) {
				field.append('[').append((node.getIndex() != null) ? node.getIndex() : node.getKey()).append(']');
				owner = element(owner);
			}
			if (node.getKind() != ElementKind.CONTAINER_ELEMENT) {
				RecordComponent component = component(owner.toClass(), node.getName());
				field.append(field.isEmpty() ? "" : ".")
					.append((component != null) ? RecordComponents.jsonName(component) : node.getName());
				owner = (component != null) ? ResolvableType.forType(component.getGenericType()) : ResolvableType.NONE;
			}
		}
		return field.toString();
	}

	private static ResolvableType element(ResolvableType container) {
		return container.isArray() ? container.getComponentType()
				: container.getGeneric(Math.max(0, container.getGenerics().length - 1));
	}

	private static @Nullable RecordComponent component(Class<?> type, @Nullable String name) {
		return type.isRecord() ? Stream.of(type.getRecordComponents())
			.filter((component) -> component.getName().equals(name))
			.findFirst()
			.orElse(null) : null;
	}

}
