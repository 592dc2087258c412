package io.modelserving.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import io.modelserving.batch.RowReader.Position;
import io.modelserving.batch.ScoringSettings.Partition;

/**
 * The files of a job, which can be read and written.
 *
 * @param input the input
 * @param inputFormat its format
 * @param output the output
 * @param outputFormat its format
 * @param rejected where rejected rows go
 * @param part the part of the input
 */
record ScoringFiles(Path input, RowFormat inputFormat, Path output, RowFormat outputFormat, Path rejected,
		Partition part) {

	private static final String PREFIX = "model-serving.batch.";

	static ScoringFiles of(ScoringSettings settings) {
		Path input = absolute(settings.input(), "input", "the file of rows, or the folder of pictures");
		if (!Files.isReadable(input)) {
			throw new InvalidScoringException(
					"The input %s %s.".formatted(input, Files.exists(input) ? "may not be read" : "does not exist"),
					"Correct model-serving.batch.input.");
		}
		if (!Files.isRegularFile(input) && !Files.isDirectory(input)) {
			throw new InvalidScoringException("The input %s is neither a file nor a folder.".formatted(input),
					"A job that goes on where it was reads its input again: name a file.");
		}
		RowFormat inputFormat = (settings.inputFormat() != null) ? settings.inputFormat() : RowFormat.ofInput(input);
		if (Files.isDirectory(input) != (inputFormat == RowFormat.PICTURES)) {
			throw new InvalidScoringException(
					"The input %s is %s, which %s is not read from.".formatted(input,
							Files.isDirectory(input) ? "a folder" : "a file", inputFormat),
					"Pictures are in a folder, all other formats are files: correct model-serving.batch.input-format.");
		}
		Path whole = absolute(settings.output(), "output", "the file for the results");
		RowFormat outputFormat = (settings.outputFormat() != null) ? settings.outputFormat()
				: RowFormat.ofOutput(whole);
		if (outputFormat != RowFormat.JSON_LINES && outputFormat != RowFormat.CSV) {
			throw new InvalidScoringException("Results are not written as %s.".formatted(outputFormat),
					"Set model-serving.batch.output-format to json-lines or csv.");
		}
		Partition part = part(settings.partition());
		Path output = named(whole, part, "");
		Path rejected = (settings.rejected() != null)
				? named(settings.rejected().toAbsolutePath().normalize(), part, "")
				: named(whole, part, ".rejected.jsonl");
		requireDistinct(input, output, rejected);
		requireWritable(output);
		requireWritable(rejected);
		return new ScoringFiles(input, inputFormat, output, outputFormat, rejected, part);
	}

	private static Path absolute(@Nullable Path path, String property, String meaning) {
		if (path == null || path.toString().isEmpty()) {
			throw new InvalidScoringException("The job has no %s.".formatted(property),
					"Set %s%s to %s.".formatted(PREFIX, property, meaning));
		}
		return path.toAbsolutePath().normalize();
	}

	private static Partition part(Partition part) {
		Integer index = part.index();
		if (part.count() < 1) {
			throw new InvalidScoringException("The input cannot be cut into %d parts.".formatted(part.count()),
					"Set model-serving.batch.partition.count to 1 or more.");
		}
		if (index == null && part.count() > 1) {
			throw new InvalidScoringException(
					"The input has %d parts, and which one is meant is not known.".formatted(part.count()),
					"Set model-serving.batch.partition.index, or JOB_COMPLETION_INDEX, as Kubernetes does in an indexed Job.");
		}
		int own = (index != null) ? index : 0;
		if (own < 0 || own >= part.count()) {
			throw new InvalidScoringException("There is no part %d of %d.".formatted(own, part.count()),
					"Parts are counted from 0 on: correct model-serving.batch.partition.index or its count.");
		}
		return new Partition(own, part.count());
	}

	/** The parts of an output in the order of their names are the whole. */
	private static Path named(Path file, Partition part, String ending) {
		String name = file.getFileName().toString();
		if (part.count() > 1) {
			int dot = (name.lastIndexOf('.') > 0) ? name.lastIndexOf('.') : name.length();
			int digits = Integer.toString(part.count() - 1).length();
			name = "%s-%0" + digits + "d-of-%d%s";
			name = name.formatted(file.getFileName().toString().substring(0, dot), part.index(), part.count(),
					file.getFileName().toString().substring(dot));
		}
		return file.resolveSibling(name + ending);
	}

	private static void requireDistinct(Path input, Path output, Path rejected) {
		if (output.equals(input) || rejected.equals(input) || rejected.equals(output)) {
			throw new InvalidScoringException("Input, output and rejected rows are not three files: %s, %s, %s."
				.formatted(input, output, rejected), "Correct model-serving.batch.input, output or rejected.");
		}
	}

	private static void requireWritable(Path file) {
		try {
			Files.createDirectories(file.getParent());
		}
		catch (IOException ex) {
			throw new InvalidScoringException("The folder %s cannot be made: %s.".formatted(file.getParent(), ex),
					"Name a file in a folder that may be written.");
		}
		if (Files.isDirectory(file) || !Files.isWritable(Files.exists(file) ? file : file.getParent())) {
			throw new InvalidScoringException(
					"%s %s.".formatted(file, Files.isDirectory(file) ? "is a folder" : "may not be written"),
					"Name a file in a folder that may be written.");
		}
	}

	/**
	 * Open the input.
	 * @param delimiter the character between the columns of CSV
	 * @param position where to begin
	 */
	RowReader open(char delimiter, Position position) throws IOException {
		return switch (this.inputFormat) {
			case JSON_LINES -> TextRows.jsonLines(this.input, this.part, position);
			case CSV -> TextRows.csv(this.input, delimiter, this.part, position);
			case PICTURES -> PictureRows.open(this.input, this.part, position);
			case PARQUET -> ParquetRows.open(this.input, this.part, position);
		};
	}

	/**
	 * Return the part, as it stands in messages and in the job repository.
	 */
	String partition() {
		return "%d of %d".formatted(this.part.index(), this.part.count());
	}

}
