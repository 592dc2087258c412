package io.modelserving.endpoint.codec;

import java.lang.reflect.RecordComponent;
import java.time.temporal.Temporal;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.csv.CsvFactory;
import tools.jackson.dataformat.csv.CsvReadFeature;
import tools.jackson.dataformat.csv.CsvSchema;
import tools.jackson.dataformat.csv.CsvWriteFeature;

import org.springframework.core.ResolvableType;
import org.springframework.http.MediaType;
import org.springframework.util.ClassUtils;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Quoted;

/**
 * Tables as text: a line for each record of a list or an array, or one line for a record,
 * under a line with the names that JSON has for its components. An empty cell is a
 * component that is missing, an empty one in quotation marks is empty text. Thread-safe.
 */
public final class CsvCodec extends JacksonCodec {

	private static final CsvSchema ANY_COLUMNS = CsvSchema.emptySchema().withHeader();

	private final Map<Class<?>, CsvSchema> schemas = new ConcurrentHashMap<>();

	/**
	 * Create a codec.
	 * @param mapper the application's mapper
	 */
	public CsvCodec(JsonMapper mapper) {
		super(mapper,
				CsvFactory.builder()
					.streamReadConstraints(mapper.tokenStreamFactory().streamReadConstraints())
					.enable(CsvReadFeature.FAIL_ON_MISSING_COLUMNS)
					.enable(CsvReadFeature.EMPTY_UNQUOTED_STRING_AS_NULL)
					.enable(CsvReadFeature.SKIP_EMPTY_LINES)
					.enable(CsvWriteFeature.ALWAYS_QUOTE_EMPTY_STRINGS)
					.build(),
				MediaType.parseMediaType("text/csv"));
	}

	@Override
	public boolean reads(ResolvableType type) {
		return isFlat(line(type).toClass());
	}

	@Override
	public boolean writes(ResolvableType type) {
		return isFlat(line(type).toClass());
	}

	private static boolean isTable(ResolvableType type) {
		return type.isArray() || Collection.class.isAssignableFrom(type.toClass());
	}

	private static ResolvableType line(ResolvableType type) {
		return type.isArray() ? type.getComponentType() : isTable(type) ? type.asCollection().getGeneric() : type;
	}

	/** Whether each component of a record fits into a cell. */
	private static boolean isFlat(Class<?> type) {
		return type.isRecord() && type.getRecordComponents().length > 0
				&& Stream.of(type.getRecordComponents()).allMatch(CsvCodec::isCell);
	}

	private static boolean isCell(RecordComponent component) {
		ResolvableType type = ResolvableType.forType(component.getGenericType());
		Class<?> value = ClassUtils.resolvePrimitiveIfNecessary(
				(type.toClass() == Optional.class) ? type.getGeneric().toClass() : type.toClass());
		return value.isEnum() || Stream
			.of(CharSequence.class, Number.class, Boolean.class, Character.class, Temporal.class, UUID.class)
			.anyMatch((cell) -> cell.isAssignableFrom(value));
	}

	@Override
	ObjectReadContext reading(ResolvableType type) {
		return new Reading() {

			@Override
			public CsvSchema getSchema() {
				return ANY_COLUMNS;
			}

			@Override
			public int getFormatReadFeatures(int defaults) {
				return isTable(type) ? defaults | CsvReadFeature.WRAP_AS_ARRAY.getMask() : defaults;
			}

		};
	}

	/** The parser would have the last of two columns count. */
	@Override
	void begin(JsonParser parser) {
		parser.nextToken();
		Set<String> names = new HashSet<>();
		((CsvSchema) parser.getSchema()).forEach((column) -> {
			if (!names.add(column.getName())) {
				throw new InvalidInput("The body has two columns %s".formatted(Quoted.name(column.getName())));
			}
		});
	}

	@Override
	ObjectWriteContext writing(ResolvableType type) {
		CsvSchema schema = this.schemas.computeIfAbsent(line(type).toClass(), this::schema);
		return new Writing() {

			@Override
			public CsvSchema getSchema() {
				return schema;
			}

		};
	}

	private CsvSchema schema(Class<?> line) {
		CsvSchema.Builder columns = CsvSchema.builder().setUseHeader(true);
		RecordProperties.of(mapper(), line).keySet().forEach(columns::addColumn);
		return columns.build();
	}

}
