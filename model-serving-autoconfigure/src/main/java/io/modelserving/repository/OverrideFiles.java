package io.modelserving.repository;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;

import io.modelserving.model.InferenceException.InvalidInput;
import io.modelserving.model.Quoted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.FileSystemUtils;

/**
 * Files of requests to load models, each request's in a temporary directory of its own
 * that only this process may read. Thread-safe, as long as what is done for one model is
 * done one after the other.
 * <p>
 * A name is taken only if it is made of plain segments, so none can lead anywhere else,
 * and nothing but files and directories is ever made, so no link can either.
 */
public final class OverrideFiles implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(OverrideFiles.class);

	private static final Pattern NAME = Pattern.compile("[1-9][0-9]{0,17}(/[A-Za-z0-9_][A-Za-z0-9._-]{0,127}){1,4}");

	private final ConcurrentMap<String, List<Path>> directories = new ConcurrentHashMap<>();

	private final long maxBytes;

	/**
	 * Create the store.
	 * @param maxBytes the most bytes that the files of one request may have together
	 */
	public OverrideFiles(long maxBytes) {
		this.maxBytes = maxBytes;
	}

	/**
	 * Store the files of a request.
	 * @param model the model that they are of
	 * @param files the content of each, by its name in the directory of the model
	 * @return that directory
	 * @throws InvalidInput if a name is not like {@code 1/model.onnx}, or if the files
	 * are too large
	 * @throws IOException if they cannot be written
	 */
	public Path store(String model, Map<String, byte[]> files) throws IOException {
		check(files);
		Path directory = Files.createTempDirectory("model-serving-files-");
		this.directories.computeIfAbsent(model, (name) -> new ArrayList<>()).add(directory);
		for (Map.Entry<String, byte[]> file : files.entrySet()) {
			Path target = directory.resolve(file.getKey());
			Files.createDirectories(target.getParent());
			Files.write(target, file.getValue());
		}
		return directory;
	}

	private void check(Map<String, byte[]> files) {
		long bytes = 0;
		for (Map.Entry<String, byte[]> file : files.entrySet()) {
			if (!NAME.matcher(file.getKey()).matches()) {
				throw new InvalidInput(
						"file %s: a name like 1/model.onnx is needed, a version and then letters, digits, \".\", \"_\" and \"-\""
							.formatted(Quoted.name(file.getKey())));
			}
			bytes += file.getValue().length;
		}
		if (bytes > this.maxBytes) {
			throw new InvalidInput(
					"the files have %d bytes; model-serving.repository-control.max-file-override-size allows %d"
						.formatted(bytes, this.maxBytes));
		}
		for (String name : files.keySet()) {
			for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
				if (files.containsKey(name.substring(0, slash))) {
					throw new InvalidInput(
							"file %s is a directory, too".formatted(Quoted.name(name.substring(0, slash))));
				}
			}
		}
	}

	/**
	 * Remove the files of a model that are not needed any more.
	 * @param model the model
	 * @param locations where its versions come from that are loaded, or failed to
	 */
	void retain(String model, Collection<String> locations) {
		this.directories.computeIfPresent(model, (name, all) -> {
			List<Path> needed = all.stream()
				.filter((directory) -> locations.stream()
					.anyMatch((location) -> Path.of(location).startsWith(directory)))
				.toList();
			all.stream().filter((directory) -> !needed.contains(directory)).forEach(OverrideFiles::delete);
			return needed.isEmpty() ? null : new ArrayList<>(needed);
		});
	}

	private static void delete(Path directory) {
		try {
			FileSystemUtils.deleteRecursively(directory);
		}
		catch (IOException ex) {
			logger.warn("{} could not be deleted", directory, ex);
		}
	}

	/**
	 * Remove all files.
	 */
	@Override
	public void close() {
		this.directories.values().forEach((all) -> all.forEach(OverrideFiles::delete));
		this.directories.clear();
	}

}
