package io.modelserving.openinference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

import io.modelserving.model.ModelKey;
import io.modelserving.serving.ModelRegistry;
import io.modelserving.serving.ModelSnapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Labels from a file {@code labels.txt} in the directory of a version, or in that of all
 * versions of a model; one label per line. Where there is none, others are asked.
 * Thread-safe: a file is read again when it has changed.
 */
public final class LabelFiles implements OutputLabels {

	private static final Logger logger = LoggerFactory.getLogger(LabelFiles.class);

	private static final String NAME = "labels.txt";

	private static final String FILE_SCHEME = "file:";

	private final ConcurrentMap<Path, Labels> read = new ConcurrentHashMap<>();

	private final ModelRegistry registry;

	private final OutputLabels others;

	/**
	 * Create the labels.
	 * @param registry knows where models come from
	 * @param others has the labels of models without a file
	 */
	public LabelFiles(ModelRegistry registry, OutputLabels others) {
		this.registry = registry;
		this.others = others;
	}

	@Override
	public List<String> labels(ModelKey model, String output) {
		return this.registry.find(model)
			.flatMap((known) -> find(known.location(), Long.toString(model.version())))
			.map(this::read)
			.orElseGet(() -> this.others.labels(model, output));
	}

	/**
	 * Only a directory of versions has labels: a single file may lie beside other models.
	 */
	private static Optional<Path> find(String location, String version) {
		try {
			Path directory = Path
				.of(location.startsWith(FILE_SCHEME) ? location.substring(FILE_SCHEME.length()) : location)
				.getParent();
			if (directory == null || !version.equals(String.valueOf(directory.getFileName()))) {
				return Optional.empty();
			}
			return Stream.of(directory.resolve(NAME), directory.resolveSibling(NAME))
				.filter(Files::isRegularFile)
				.findFirst();
		}
		catch (InvalidPathException ex) {
			return Optional.empty();
		}
	}

	private List<String> read(Path file) {
		try {
			FileTime modified = Files.getLastModifiedTime(file);
			Labels known = this.read.get(file);
			if (known == null || !known.modified().equals(modified)) {
				known = new Labels(modified, Files.readAllLines(file).stream().map(String::strip).toList());
				this.read.put(file, known);
			}
			return known.lines();
		}
		catch (IOException ex) {
			logger.warn("{} cannot be read, so classes have no labels", file, ex);
			return List.of();
		}
	}

	private record Labels(FileTime modified, List<String> lines) {
	}

}
