package io.modelserving.endpoint;

import java.util.stream.Stream;
import java.util.HashSet;
import java.util.Collection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.springframework.core.ResolvableType;

/**
 * All that a request is checked for before its handler gets it.
 */
final class RequestChecks {

	private final RequestValidation content = new ContentCheck();

	private final RequestValidation constraints;

	RequestChecks(RequestValidation constraints) {
		this.constraints = constraints;
	}

	/**
	 * Return whether a request can be found to be invalid.
	 * @param type the type of the request
	 * @return {@code false} if no request of the type can
	 */
	boolean canFail(ResolvableType type) {
		return canFail(type, new HashSet<>());
	}

	private boolean canFail(ResolvableType type, Set<Class<?>> seen) {
		Class<?> raw = type.toClass();
		if (raw.isArray()) {
			return !type.getComponentType().toClass().isPrimitive() || canFail(type.getComponentType(), seen);
		}
		if (Collection.class.isAssignableFrom(raw) || ContentCheck.checks(raw) || this.constraints.constrains(raw)) {
			return true;
		}
		if (Map.class.isAssignableFrom(raw)) {
			return Stream.of(type.getGenerics()).anyMatch((value) -> this.constraints.constrains(value.toClass()));
		}
		return raw.isRecord()
				? seen.add(raw) && Stream.of(raw.getRecordComponents())
					.anyMatch((component) -> canFail(ResolvableType.forType(component.getGenericType(), type), seen))
				: Stream.of(type.getGenerics()).anyMatch((content) -> canFail(content, seen));
	}

	/**
	 * Check a request.
	 * @param request the request
	 * @throws RequestRejectedException if something is wrong with it, with one entry per
	 * mistake; a field that is missing is named once
	 */
	void check(Object request) {
		List<InvalidField> invalid = new ArrayList<>(this.content.validate(request));
		Set<String> named = invalid.stream().map(InvalidField::field).collect(Collectors.toSet());
		this.constraints.validate(request)
			.stream()
			.filter(field -> !named.contains(field.field()))
			.forEach(invalid::add);
		if (!invalid.isEmpty()) {
			throw Problem.invalid(invalid).asException();
		}
	}

}
