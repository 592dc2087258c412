package io.modelserving.batch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.modelserving.batch.ScoringSettings.Partition;

/**
 * The rows of JSON Lines or CSV. Each part of the input has the rows that begin in its
 * share of the bytes, so that the parts one after the other are the whole.
 */
final class TextRows implements RowReader {

	private final TextRecords records;

	private final @Nullable List<String> header;

	private final char delimiter;

	private final long from;

	private final long to;

	private TextRows(TextRecords records, @Nullable List<String> header, char delimiter, long from, long to) {
		this.records = records;
		this.header = header;
		this.delimiter = delimiter;
		this.from = from;
		this.to = to;
	}

	static TextRows jsonLines(Path file, Partition part, Position position) throws IOException {
		return open(file, part, position, null, 0, ',');
	}

	/**
	 * Return the names of the columns, none for JSON Lines.
	 */
	List<String> header() {
		return (this.header != null) ? this.header : List.of();
	}

	static TextRows csv(Path file, char delimiter, Partition part, Position position) throws IOException {
		try (TextRecords records = new TextRecords(file, Position.BEGINNING, delimiter, TextRecords.MAX_LENGTH)) {
			TextRecords.Text first = records.next();
			while (first != null && first.isBlank()) {
				first = records.next();
			}
			List<String> header = (first != null) ? header(file, first, delimiter) : List.of();
			Position data = records.position();
			return open(file, part, (position.offset() < data.offset()) ? data : position, header, data.offset(),
					delimiter);
		}
	}

	private static List<String> header(Path file, TextRecords.Text record, char delimiter) {
		List<@Nullable String> header = new ArrayList<>();
		Set<String> seen = new HashSet<>();
		if (record.open() || record.tooLong()) {
			throw new InvalidScoringException(
					"The header of %s has a quotation mark that does not end.".formatted(file),
					"Close it, or set model-serving.batch.input-format if this is no CSV.");
		}
		for (String column : CsvRecord.split(new String(record.bytes(), StandardCharsets.UTF_8), delimiter)) {
			String name = (column != null) ? column.strip() : "";
			if (name.isEmpty() || !seen.add(name)) {
				throw new InvalidScoringException(
						"The header of %s has %s.".formatted(file,
								name.isEmpty() ? "a column without a name" : "two columns \"%s\"".formatted(name)),
						"The first line of CSV names each column once.");
			}
			header.add(name);
		}
		return List.copyOf(header);
	}

	private static TextRows open(Path file, Partition part, Position position, @Nullable List<String> header,
			long begin, char delimiter) throws IOException {
		long size = Files.size(file) - begin;
		int index = (part.index() != null) ? part.index() : 0;
		long from = begin + share(size, index, part.count());
		long to = begin + share(size, index + 1, part.count());
		TextRecords records = new TextRecords(file, position, (header != null) ? delimiter : -1,
				TextRecords.MAX_LENGTH);
		boolean more = true;
		while (more && records.position().offset() < from) {
			more = records.next() != null;
		}
		return new TextRows(records, header, delimiter, from, to);
	}

	static long share(long size, int index, int count) {
		return size / count * index + size % count * index / count;
	}

	@Override
	public @Nullable Row read() throws IOException {
		while (this.records.position().offset() < this.to) {
			TextRecords.Text text = this.records.next();
			if (text == null) {
				return null;
			}
			if (!text.isBlank()) {
				return new Row(text.line(), content(text));
			}
		}
		return null;
	}

	private Row.Content content(TextRecords.Text text) {
		if (text.tooLong()) {
			return new Row.Broken("the row is longer than %d MiB".formatted(TextRecords.MAX_LENGTH >> 20));
		}
		if (text.open()) {
			return new Row.Broken("a quotation mark does not end before the file does");
		}
		return (this.header != null) ? columns(text.bytes(), this.header) : new Row.Text(text.bytes());
	}

	private Row.Content columns(byte[] bytes, List<String> names) {
		String text;
		try {
			text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (CharacterCodingException ex) {
			return new Row.Broken("the row is not text in UTF-8");
		}
		List<@Nullable String> cells = CsvRecord.split(text, this.delimiter);
		if (cells.size() != names.size()) {
			return new Row.Broken("the row has %d columns, the header has %d".formatted(cells.size(), names.size()));
		}
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		for (int i = 0; i < cells.size(); i++) {
			values.put(names.get(i), cells.get(i));
		}
		return new Row.Columns(values);
	}

	@Override
	public Position position() {
		return this.records.position();
	}

	@Override
	public double fraction() {
		return (this.to > this.from)
				? Math.min(1, (this.records.position().offset() - this.from) / (double) (this.to - this.from)) : 1;
	}

	@Override
	public void close() throws IOException {
		this.records.close();
	}

}
