package io.modelserving.endpoint;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Set;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Checks what every handler may rely on: components of records are present unless they
 * are {@link Optional} or annotated with a {@code Nullable}, lists and arrays have no
 * nulls, and floating-point numbers are finite. Looks into records, lists and arrays, at
 * any depth.
 */
final class ContentCheck implements RequestValidation {

	private static final ClassValue<List<Component>> COMPONENTS = new ClassValue<>() {
		@Override
		protected List<Component> computeValue(Class<?> type) {
			return Stream.of(type.getRecordComponents()).map(Component::of).toList();
		}
	};

	/**
	 * Return whether there is something to check, but for what components hold.
	 * @param type a class that is no array and no collection
	 * @return whether there is
	 */
	static boolean checks(Class<?> type) {
		return Set.of(float.class, Float.class, double.class, Double.class).contains(type) || (type.isRecord() && Stream
			.of(type.getRecordComponents())
			.anyMatch((component) -> !component.getType().isPrimitive() && RecordComponents.isRequired(component)));
	}

	@Override
	public List<InvalidField> validate(Object request) {
		List<InvalidField> invalid = new ArrayList<>();
		check("", request, invalid);
		return invalid;
	}

	private static void check(String path, Object value, List<InvalidField> invalid) {
		if (invalid.size() >= Problem.MAX_FIELDS) {
			return;
		}
		if (value instanceof Float || value instanceof Double) {
			checkFinite(path, ((Number) value).doubleValue(), invalid);
		}
		else if (value instanceof float[] numbers) {
			for (int i = 0; i < numbers.length; i++) {
				if (!Float.isFinite(numbers[i])) {
					checkFinite(path + "[" + i + "]", numbers[i], invalid);
				}
			}
		}
		else if (value instanceof double[] numbers) {
			for (int i = 0; i < numbers.length; i++) {
				if (!Double.isFinite(numbers[i])) {
					checkFinite(path + "[" + i + "]", numbers[i], invalid);
				}
			}
		}
		else if (value instanceof Object[] || value instanceof Collection<?>) {
			checkElements(path, value, invalid);
		}
		else if (value instanceof Optional<?> optional) {
			optional.ifPresent(content -> check(path, content, invalid));
		}
		else if (value instanceof Record) {
			checkComponents(path, value, invalid);
		}
	}

	private static void checkFinite(String path, double number, List<InvalidField> invalid) {
		if (!Double.isFinite(number) && invalid.size() < Problem.MAX_FIELDS) {
			invalid.add(InvalidField.of(path, "must be a finite number", number));
		}
	}

	private static void checkElements(String path, Object elements, List<InvalidField> invalid) {
		int index = 0;
		for (Object element : (elements instanceof Collection<?> collection) ? collection
				: Arrays.asList((Object[]) elements)) {
			checkPresent(path + "[" + index++ + "]", element, invalid);
		}
	}

	private static void checkComponents(String path, Object owner, List<InvalidField> invalid) {
		for (Component component : COMPONENTS.get(owner.getClass())) {
			Object value = component.read(owner);
			if (value != null || component.required()) {
				checkPresent(path.isEmpty() ? component.name() : path + "." + component.name(), value, invalid);
			}
		}
	}

	private static void checkPresent(String path, @Nullable Object value, List<InvalidField> invalid) {
		if (value != null) {
			check(path, value, invalid);
		}
		else if (invalid.size() < Problem.MAX_FIELDS) {
			invalid.add(InvalidField.of(path, "must not be missing or null", null));
		}
	}

	/**
	 * What needs to be known of a component of a record.
	 *
	 * @param accessor reads it
	 * @param name the name that callers know
	 * @param required whether it must be there
	 */
	private record Component(Method accessor, String name, boolean required) {

		static Component of(RecordComponent component) {
			component.getAccessor().setAccessible(true);
			return new Component(component.getAccessor(), RecordComponents.jsonName(component),
					RecordComponents.isRequired(component));
		}

		@Nullable Object read(Object owner) {
			try {
				return this.accessor.invoke(owner);
			}
			catch (IllegalAccessException | InvocationTargetException ex) {
				throw new IllegalStateException("Cannot read the component \"%s\" of %s"
					.formatted(this.accessor.getName(), owner.getClass().getName()), ex);
			}
		}

	}

}
