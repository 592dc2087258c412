package io.modelserving.batch;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A record of CSV, as RFC 4180 has it. Pure.
 */
final class CsvRecord {

	private static final char QUOTE = '"';

	private CsvRecord() {
	}

	/**
	 * Split a record.
	 * @param record the record
	 * @param delimiter what is between two cells
	 * @return the cells; one that is empty and not quoted is {@code null}
	 */
	static List<@Nullable String> split(String record, char delimiter) {
		List<@Nullable String> cells = new ArrayList<>();
		int position = 0;
		while (true) {
			StringBuilder cell = new StringBuilder();
			boolean quoted = position < record.length() && record.charAt(position) == QUOTE;
			position = quoted ? quoted(record, position + 1, cell) : position;
			int end = record.indexOf(delimiter, position);
			int stop = (end >= 0) ? end : record.length();
			cell.append(record, position, stop);
			cells.add((cell.isEmpty() && !quoted) ? null : cell.toString());
			if (end < 0) {
				return cells;
			}
			position = end + 1;
		}
	}

	/** Two quotation marks stand for one. */
	private static int quoted(String record, int from, StringBuilder cell) {
		int position = from;
		while (position < record.length()) {
			int quote = record.indexOf(QUOTE, position);
			if (quote < 0) {
				break;
			}
			cell.append(record, position, quote);
			if (quote + 1 >= record.length() || record.charAt(quote + 1) != QUOTE) {
				return quote + 1;
			}
			cell.append(QUOTE);
			position = quote + 2;
		}
		cell.append(record, position, record.length());
		return record.length();
	}

	/**
	 * Write a record, with its line break.
	 * @param cells the cells; {@code null} is an empty one
	 * @param delimiter what is between two cells
	 * @return the record
	 */
	static String write(List<? extends @Nullable Object> cells, char delimiter) {
		StringBuilder record = new StringBuilder();
		for (int i = 0; i < cells.size(); i++) {
			if (i > 0) {
				record.append(delimiter);
			}
			Object cell = cells.get(i);
			if (cell != null) {
				append(record, cell.toString(), delimiter);
			}
		}
		return record.append('\n').toString();
	}

	private static void append(StringBuilder record, String cell, char delimiter) {
		boolean quote = cell.isEmpty() || !cell.strip().equals(cell)
				|| cell.chars().anyMatch((one) -> one == delimiter || one == QUOTE || one == '\n' || one == '\r');
		if (quote) {
			record.append(QUOTE).append(cell.replace("\"", "\"\"")).append(QUOTE);
		}
		else {
			record.append(cell);
		}
	}

}
