package io.modelserving.repository.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.modelserving.model.InvalidModelException;
import io.modelserving.model.ModelLoadException;

/**
 * The file beside a model that has its checksum, such as {@code model.onnx.sha256}, as
 * the tool {@code sha256sum} writes it: a line of the checksum and the name for the model
 * and for each file beside it that shall be checked too; without a name it is the model.
 */
final class ChecksumFile {

	/** End of the name. */
	static final String SUFFIX = ".sha256";

	private static final Pattern LINE = Pattern.compile("([0-9a-fA-F]{64})(?:\\s+\\*?(.+))?");

	private static final int MAX_BYTES = 1024 * 1024;

	private ChecksumFile() {
	}

	/**
	 * Read the checksums of a model.
	 * @param model the file of the model
	 * @return the files with the checksums that they must have; empty if there is no such
	 * file
	 * @throws ModelLoadException if there is a line that is none
	 * @throws IOException if it cannot be read
	 */
	static Map<Path, Checksum> read(Path model) throws IOException {
		Path file = model.resolveSibling(model.getFileName() + SUFFIX);
		Map<Path, Checksum> checksums = new LinkedHashMap<>();
		if (Files.isRegularFile(file)) {
			if (Files.size(file) > MAX_BYTES) {
				throw problem(file, "has more than %d bytes".formatted(MAX_BYTES));
			}
			for (String line : Files.readAllLines(file)) {
				if (!line.isBlank()) {
					add(line.strip(), model, file, checksums);
				}
			}
		}
		return checksums;
	}

	private static void add(String line, Path model, Path file, Map<Path, Checksum> checksums) {
		Matcher matcher = LINE.matcher(line);
		if (!matcher.matches()) {
			throw problem(file, "has a line that is no checksum: " + line);
		}
		String name = (matcher.group(2) != null) ? matcher.group(2) : model.getFileName().toString();
		Path checked = RelativeNames.beside(model, name)
			.orElseThrow(() -> problem(file, "names a file outside of its directory: " + name));
		checksums.put(checked, Checksum.of(matcher.group(1)));
	}

	private static ModelLoadException problem(Path file, String problem) {
		return new InvalidModelException("%s %s".formatted(file, problem), "Write it with sha256sum, or remove it.",
				true, null);
	}

}
