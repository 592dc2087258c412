package io.modelserving.batch;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.core.ResolvableType;

import io.modelserving.endpoint.RecordComponents;

/**
 * Makes requests of rows, as an endpoint makes them of bodies. Thread-safe.
 *
 * @param <I> the request
 */
final class RequestRows<I> implements Function<Row, I> {

	private final JsonMapper mapper;

	private final ObjectReader text;

	private final ObjectReader columns;

	/** The columns whose cells are JSON. */
	private final Set<String> nested = new HashSet<>();

	private final @Nullable Function<byte[], I> pictures;

	/**
	 * Create a conversion.
	 * @param type the type of the request
	 * @param mapper the application's mapper
	 * @param pictures makes a request of an encoded picture, {@code null} if none can be
	 */
	RequestRows(ResolvableType type, JsonMapper mapper, @Nullable Function<byte[], I> pictures) {
		JavaType javaType = mapper.constructType(type.getType());
		this.mapper = mapper;
		this.text = mapper.readerFor(javaType);
		// the cells of CSV are text, whatever they say
		this.columns = mapper.rebuild().enable(MapperFeature.ALLOW_COERCION_OF_SCALARS).build().readerFor(javaType);
		this.pictures = pictures;
		RecordComponent[] components = type.toClass().getRecordComponents();
		for (RecordComponent component : (components != null) ? components : new RecordComponent[0]) {
			ResolvableType own = ResolvableType.forType(component.getGenericType(), type);
			if (isNested((own.toClass() == Optional.class) ? own.getGeneric(0).toClass() : own.toClass())) {
				this.nested.add(RecordComponents.jsonName(component));
			}
		}
	}

	private static boolean isNested(Class<?> type) {
		return type.isArray() || type.isRecord() || Collection.class.isAssignableFrom(type)
				|| Map.class.isAssignableFrom(type);
	}

	@Override
	public I apply(Row row) {
		if (row.content() instanceof Row.Text json) {
			return notNull(this.text.readValue(json.bytes()));
		}
		if (row.content() instanceof Row.Columns cells) {
			return notNull(this.columns.readValue(tree(cells.values())));
		}
		if (row.content() instanceof Row.File picture && this.pictures != null) {
			return this.pictures.apply(bytes(picture.path()));
		}
		throw new InvalidRowException(
				(row.content() instanceof Row.Broken broken) ? broken.reason() : "the handler takes no pictures");
	}

	private JsonNode tree(Map<String, @Nullable Object> cells) {
		ObjectNode tree = this.mapper.createObjectNode();
		cells.forEach((column, cell) -> {
			if (cell != null) {
				tree.set(column, this.nested.contains(column) ? json(column, cell) : this.mapper.valueToTree(cell));
			}
		});
		return tree;
	}

	private JsonNode json(String column, Object cell) {
		try {
			return this.mapper.readTree(cell.toString());
		}
		catch (JacksonException ex) {
			throw new InvalidRowException(
					"the column \"%s\" is no JSON, which its value must be, such as [1, 2]".formatted(column));
		}
	}

	static byte[] bytes(Path file) {
		try {
			return Files.readAllBytes(file);
		}
		catch (IOException ex) {
			throw new InvalidRowException("the file cannot be read: " + ex.getMessage());
		}
	}

	private static <I> I notNull(@Nullable I request) {
		if (request == null) {
			throw new InvalidRowException("the row is null");
		}
		return request;
	}

}
