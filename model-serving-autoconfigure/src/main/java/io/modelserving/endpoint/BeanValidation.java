package io.modelserving.endpoint;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.validation.Validator;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

import io.modelserving.model.Quoted;

/**
 * {@link RequestValidation} by Jakarta Validation. A request that is a container is valid
 * if all of its elements are, at any depth: lists, sets, arrays, the values of maps and
 * optional values.
 */
public final class BeanValidation implements RequestValidation {

	private final Validator validator;

	public BeanValidation(Validator validator) {
		this.validator = validator;
	}

	@Override
	public List<InvalidField> validate(Object request) {
		List<InvalidField> invalid = new ArrayList<>();
		validate("", request, invalid);
		return invalid;
	}

	@Override
	public boolean constrains(Class<?> type) {
		return !isScalar(type) && this.validator.getConstraintsForClass(type).isBeanConstrained();
	}

	private void validate(String path, @Nullable Object value, List<InvalidField> invalid) {
		if (value instanceof Map<?, ?> map) {
			map.forEach((key, element) -> validate("%s[%s]".formatted(path, Quoted.text(key)), element, invalid));
		}
		else if (value instanceof Set<?> set) {
			set.forEach((element) -> validate(path + "[]", element, invalid));
		}
		else if (value instanceof Iterable<?> elements) {
			int index = 0;
			for (Object element : elements) {
				validate("%s[%d]".formatted(path, index++), element, invalid);
			}
		}
		else if (value instanceof Object[] array) {
			for (int i = 0; i < array.length; i++) {
				validate("%s[%d]".formatted(path, i), array[i], invalid);
			}
		}
		else if (value instanceof Optional<?> optional) {
			optional.ifPresent((element) -> validate(path, element, invalid));
		}
		else if (value != null && !isScalar(value.getClass())) {
			this.validator.validate(value)
				.stream()
				.map((violation) -> invalidField(path, violation))
				.sorted(Comparator.comparing(InvalidField::field).thenComparing(InvalidField::message))
				.forEach(invalid::add);
		}
	}

	/** What has no constraints of its own, and may be there in great numbers. */
	private static boolean isScalar(Class<?> type) {
		return type.isArray() || ClassUtils.isPrimitiveOrWrapper(type) || Number.class.isAssignableFrom(type)
				|| CharSequence.class.isAssignableFrom(type) || Enum.class.isAssignableFrom(type);
	}

	private static InvalidField invalidField(String path, ConstraintViolation<Object> violation) {
		return InvalidField.of(field(path, violation), violation.getMessage(), violation.getInvalidValue());
	}

	/**
	 * Write a path as callers know it: with the names of JSON, and without those that the
	 * specification gives to elements of containers.
	 */
	private static String field(String path, ConstraintViolation<Object> violation) {
		StringBuilder field = new StringBuilder(path);
		ResolvableType owner = ResolvableType.forClass(violation.getRootBeanClass());
		for (Path.Node node : violation.getPropertyPath()) {
			if (node.isInIterable()) {
				field.append('[').append(place(node)).append(']');
				owner = element(present(owner));
			}
			owner = present(owner);
			if (node.getKind() == ElementKind.PROPERTY) {
				RecordComponent component = component(owner.toClass(), node.getName());
				field.append(field.isEmpty() ? "" : ".")
					.append((component != null) ? RecordComponents.jsonName(component) : node.getName());
				owner = (component != null) ? ResolvableType.forType(component.getGenericType(), owner)
						: ResolvableType.NONE;
			}
		}
		return field.toString();
	}

	/** The elements of a set have no place. */
	private static String place(Path.Node node) {
		if (node.getIndex() != null) {
			return node.getIndex().toString();
		}
		return (node.getKey() != null) ? Quoted.text(node.getKey()) : "";
	}

	private static ResolvableType present(ResolvableType type) {
		return (type.toClass() == Optional.class) ? type.getGeneric(0) : type;
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
