package io.modelserving.repository;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.ResourcePatternResolver;

import io.modelserving.repository.source.FileModelSource;

/**
 * Looks for {@code <version>/model.onnx} in a directory, on disk or in an archive.
 */
final class VersionDirectories {

	private VersionDirectories() {
	}

	static FoundVersions find(Path directory) throws IOException {
		return find(directory, (version) -> list(version, Files::isRegularFile));
	}

	/**
	 * Look in a directory on disk. Only directories of versions are read: others, such as
	 * {@code lost+found}, need not be readable.
	 * @param lister gives the files of a version
	 * @throws IOException if the directory or one of a version cannot be read
	 */
	static FoundVersions find(Path directory, Lister lister) throws IOException {
		FoundVersions found = new FoundVersions();
		for (Path version : directories(directory)) {
			List<Path> files = FoundVersions.isVersion(name(version)) ? lister.list(version) : List.of();
			found.add(name(version), files, VersionDirectories::name,
					(file) -> new FileModelSource(file, file.toString()));
		}
		return found;
	}

	/**
	 * Return the model in a directory without versions.
	 * @return {@code model.onnx}, or the only file whose name ends so
	 * @throws IOException if the directory cannot be read
	 */
	static Optional<Path> model(Path directory) throws IOException {
		List<Path> models = list(directory, (file) -> name(file).endsWith(".onnx") && Files.isRegularFile(file));
		return models.stream()
			.filter((file) -> models.size() == 1 || name(file).equals(FoundVersions.MODEL_FILE))
			.findFirst();
	}

	/**
	 * Look in a directory of an archive on the class path.
	 * @param resources lists the entries of archives
	 * @param location the directory, as a location that the resources resolve
	 * @return the versions; none if there is no such directory
	 * @throws IOException if the archive cannot be read
	 */
	static FoundVersions find(ResourcePatternResolver resources, String location) throws IOException {
		String directory = location.endsWith("/") ? location : location + "/";
		FoundVersions found = new FoundVersions();
		if (resources.getResource(directory).exists()) {
			Map<String, List<Resource>> versions = new TreeMap<>();
			for (Resource file : resources.getResources(directory + "*/*")) {
				if (file.isReadable()) {
					versions.computeIfAbsent(parent(file), (version) -> new ArrayList<>()).add(file);
				}
			}
			versions.forEach((version, files) -> found.add(version, files, VersionDirectories::name,
					(file) -> ModelLocations.archived(file, directory + version + "/" + name(file))));
		}
		return found;
	}

	/**
	 * Return the directories in another, and what may be one but cannot be looked at.
	 */
	static List<Path> directories(Path directory) throws IOException {
		return list(directory, VersionDirectories::mayBeDirectory);
	}

	private static List<Path> list(Path directory, Predicate<Path> filter) throws IOException {
		try (Stream<Path> entries = Files.list(directory)) {
			return entries.filter(filter).sorted().toList();
		}
		catch (UncheckedIOException ex) {
			throw ex.getCause();
		}
	}

	private static boolean mayBeDirectory(Path entry) {
		try {
			return Files.readAttributes(entry, BasicFileAttributes.class).isDirectory();
		}
		catch (NoSuchFileException ex) {
			return false;
		}
		catch (IOException ex) {
			return ex instanceof AccessDeniedException || !Files.isSymbolicLink(entry);
		}
	}

	private static String name(Path path) {
		return path.getFileName().toString();
	}

	private static String name(Resource resource) {
		return String.valueOf(resource.getFilename());
	}

	private static String parent(Resource resource) throws IOException {
		String[] segments = resource.getURL().getPath().split("/", -1);
		return segments[segments.length - 2];
	}

	/** Gives what is in a directory. */
	interface Lister {

		List<Path> list(Path directory) throws IOException;

	}

}
