package io.modelserving.batch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Formats of inputs and outputs.
 */
public enum RowFormat {

	/** A JSON value in each line. */
	JSON_LINES("line"),

	/** Columns with a header. */
	CSV("line"),

	/** A folder of pictures, in the order of their names. */
	PICTURES("file"),

	/** A file of Apache Parquet. */
	PARQUET("row");

	private final String place;

	RowFormat(String place) {
		this.place = place;
	}

	/**
	 * Return what a row is found by.
	 */
	String place() {
		return this.place;
	}

	/**
	 * Find the format of an input.
	 * @throws InvalidScoringException if its name does not say it
	 */
	static RowFormat ofInput(Path input) {
		if (Files.isDirectory(input)) {
			return PICTURES;
		}
		RowFormat format = ofName(input);
		if (format == null) {
			throw new InvalidScoringException(
					"The name of the input %s does not say its format; .jsonl, .ndjson, .csv, .tsv and .parquet do, and a folder holds pictures."
						.formatted(input),
					"Set model-serving.batch.input-format to json-lines, csv, pictures or parquet.");
		}
		return format;
	}

	/**
	 * Find the format of an output.
	 * @throws InvalidScoringException if its name does not say it, or results are not
	 * written in it
	 */
	static RowFormat ofOutput(Path output) {
		RowFormat format = ofName(output);
		if (format != JSON_LINES && format != CSV) {
			throw new InvalidScoringException(
					"The name of the output %s does not say a format that results are written in; .jsonl, .ndjson, .csv and .tsv do."
						.formatted(output),
					"Set model-serving.batch.output-format to json-lines or csv.");
		}
		return format;
	}

	private static @Nullable RowFormat ofName(Path file) {
		String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
		String ending = name.substring(name.lastIndexOf('.') + 1);
		return switch (ending) {
			case "jsonl", "ndjson" -> JSON_LINES;
			case "csv", "tsv" -> CSV;
			case "parquet" -> PARQUET;
			default -> null;
		};
	}

}
