package io.modelserving.batch;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes results and rejected rows as lines. Immutable.
 */
final class ResultLines {

	private static final int MAX_REJECTED_INPUT = 64 << 10;

	private final RowFormat format;

	private final String place;

	private final boolean withInput;

	private final List<String> inputColumns;

	private final List<String> columns;

	private final char delimiter;

	private final JsonMapper mapper;

	private final ObjectWriter writer;

	/**
	 * Create a writer.
	 * @param format how results are written
	 * @param place what a row is found by
	 * @param withInput whether a result is written with its row
	 * @param inputColumns the columns of the input, if it has any
	 * @param columns the columns of results; none if they are no objects
	 * @param delimiter the character between the columns of CSV
	 * @param mapper the application's mapper
	 */
	ResultLines(RowFormat format, String place, boolean withInput, List<String> inputColumns, List<String> columns,
			char delimiter, JsonMapper mapper) {
		this.format = format;
		this.place = place;
		this.withInput = withInput;
		this.inputColumns = inputColumns;
		this.columns = columns;
		this.delimiter = delimiter;
		this.mapper = mapper;
		this.writer = mapper.writer().without(SerializationFeature.INDENT_OUTPUT);
	}

	/**
	 * Return how results are written, in words.
	 */
	String layout() {
		String input = this.withInput ? " with its input" : "";
		return (this.format == RowFormat.CSV)
				? "CSV with the columns " + header().strip() + " and '" + this.delimiter + "' between them"
				: "JSON Lines" + input;
	}

	/**
	 * Return the first line of the output.
	 * @return the line, empty if there is none
	 */
	String header() {
		if (this.format != RowFormat.CSV) {
			return "";
		}
		List<String> header = new ArrayList<>(List.of(this.place));
		if (this.withInput) {
			header.addAll(this.inputColumns);
		}
		header.addAll(this.columns.isEmpty() ? List.of("result") : this.columns);
		return CsvRecord.write(header, this.delimiter);
	}

	/**
	 * Write a result.
	 * @return one line, with its line break
	 */
	byte[] result(Row row, Object result) {
		return (this.format == RowFormat.CSV) ? csv(row, result).getBytes(StandardCharsets.UTF_8)
				: line((generator) -> {
					if (this.withInput) {
						generator.writeName("input");
						writeInput(generator, row);
					}
					generator.writePOJOProperty("result", result);
				}, row);
	}

	/**
	 * Write a row that was rejected.
	 * @param reason why
	 * @return one line, with its line break
	 */
	byte[] rejected(Row row, String reason) {
		return line((generator) -> {
			generator.writeStringProperty("reason", reason);
			if (row.content() instanceof Row.Text text) {
				int length = Math.min(text.bytes().length, MAX_REJECTED_INPUT);
				generator.writeStringProperty("input", new String(text.bytes(), 0, length, StandardCharsets.UTF_8));
			}
			else if (row.content() instanceof Row.Columns) {
				generator.writeName("input");
				writeInput(generator, row);
			}
		}, row);
	}

	private byte[] line(Content content, Row row) {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		try (JsonGenerator generator = this.writer.createGenerator(line)) {
			generator.writeStartObject();
			generator.writePOJOProperty(this.place, row.place());
			content.write(generator);
			generator.writeEndObject();
		}
		line.write('\n');
		return line.toByteArray();
	}

	private static void writeInput(JsonGenerator generator, Row row) {
		if (row.content() instanceof Row.Text text) {
			generator.writeRawValue(new String(text.bytes(), StandardCharsets.UTF_8));
		}
		else if (row.content() instanceof Row.Columns cells) {
			generator.writePOJO(cells.values());
		}
		else {
			generator.writePOJO(row.place());
		}
	}

	private String csv(Row row, Object result) {
		List<@Nullable Object> cells = new ArrayList<>();
		cells.add(row.place());
		if (this.withInput && row.content() instanceof Row.Columns input) {
			Map<String, @Nullable Object> values = input.values();
			this.inputColumns.forEach((column) -> cells.add(values.get(column)));
		}
		JsonNode tree = this.mapper.valueToTree(result);
		if (this.columns.isEmpty()) {
			cells.add(cell(tree));
		}
		this.columns.forEach((column) -> cells.add(cell(tree.get(column))));
		return CsvRecord.write(cells, this.delimiter);
	}

	private static @Nullable String cell(@Nullable JsonNode value) {
		if (value == null || value.isNull()) {
			return null;
		}
		return value.isString() ? value.stringValue() : value.toString();
	}

	private interface Content {

		void write(JsonGenerator generator);

	}

}
