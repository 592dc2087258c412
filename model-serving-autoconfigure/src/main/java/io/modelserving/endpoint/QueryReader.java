package io.modelserving.endpoint;

import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.net.URI;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.core.ResolvableType;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.util.ClassUtils;

import io.modelserving.model.Quoted;

/**
 * Reads flat records from the parameters of a query, by the names and rules of JSON.
 * Thread-safe.
 *
 * @param <I> the record
 */
final class QueryReader<I> {

	private final ResolvableType type;

	private final JsonMapper mapper;

	QueryReader(ResolvableType type, JsonMapper mapper) {
		this.type = type;
		this.mapper = mapper;
	}

	/**
	 * Return whether all components of a type are values, or lists of values.
	 * @param type the type
	 * @return whether a query can say what it holds
	 */
	static boolean suits(ResolvableType type) {
		return type.toClass().isRecord()
				&& components(type).allMatch((component) -> isValue(content(component(component, type))));
	}

	private static Stream<RecordComponent> components(ResolvableType type) {
		return Stream.of(type.toClass().getRecordComponents());
	}

	private static ResolvableType component(RecordComponent component, ResolvableType owner) {
		ResolvableType type = ResolvableType.forType(component.getGenericType(), owner);
		return (type.toClass() == Optional.class) ? type.getGeneric(0) : type;
	}

	private static boolean isList(ResolvableType type) {
		return Collection.class.isAssignableFrom(type.toClass()) || (type.isArray() && type.toClass() != byte[].class);
	}

	private static ResolvableType content(ResolvableType type) {
		return !isList(type) ? type : type.isArray() ? type.getComponentType() : type.asCollection().getGeneric(0);
	}

	private static boolean isValue(ResolvableType type) {
		Class<?> raw = ClassUtils.resolvePrimitiveIfNecessary(type.toClass());
		return raw == Boolean.class || raw == Character.class || raw.isEnum() || raw == byte[].class
				|| Number.class.isAssignableFrom(raw) || CharSequence.class.isAssignableFrom(raw)
				|| raw.getPackageName().equals("java.time") || raw == UUID.class || raw == URI.class;
	}

	/**
	 * Read a request.
	 * @param parameters the parameters of the query
	 * @return gives the request
	 * @throws RequestRejectedException if a parameter has no value of its type
	 */
	Supplier<I> read(Map<String, String[]> parameters) {
		ObjectNode object = this.mapper.createObjectNode();
		components(this.type).forEach((component) -> {
			String name = RecordComponents.jsonName(component);
			String[] values = parameters.get(name);
			if (values != null) {
				object.set(name, node(name, component(component, this.type), values));
			}
		});
		try {
			I request = this.mapper.treeToValue(object, this.mapper.constructType(this.type.getType()));
			return () -> request;
		}
		catch (JacksonException ex) {
			throw Problem.of(HttpStatus.BAD_REQUEST, MalformedBody.describe(ex, MediaType.APPLICATION_JSON))
				.asException();
		}
	}

	private JsonNode node(String name, ResolvableType type, String[] values) {
		if (isList(type)) {
			ArrayNode list = this.mapper.createArrayNode();
			Stream.of(values).forEach((value) -> list.add(value(content(type), value)));
			return list;
		}
		if (values.length > 1) {
			throw Problem
				.of(HttpStatus.BAD_REQUEST,
						"query parameter %s is there %d times; it has one value".formatted(Quoted.name(name),
								values.length))
				.asException();
		}
		return value(type, values[0]);
	}

	/** What is no number or truth value stays text, with which reading fails. */
	private JsonNode value(ResolvableType type, String text) {
		Class<?> raw = ClassUtils.resolvePrimitiveIfNecessary(type.toClass());
		if (raw == Boolean.class && (text.equals("true") || text.equals("false"))) {
			return this.mapper.getNodeFactory().booleanNode(text.equals("true"));
		}
		BigDecimal number = Number.class.isAssignableFrom(raw) ? number(text) : null;
		return (number != null) ? this.mapper.getNodeFactory().numberNode(number)
				: this.mapper.getNodeFactory().stringNode(text);
	}

	/** Larger exponents would take megabytes as whole numbers. */
	private static @Nullable BigDecimal number(String text) {
		try {
			BigDecimal number = new BigDecimal(text);
			return (text.length() <= 1000 && Math.abs((long) number.scale()) <= 1000) ? number : null;
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

}
