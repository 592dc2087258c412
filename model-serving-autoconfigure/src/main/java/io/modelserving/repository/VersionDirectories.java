package io.modelserving.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.ResourcePatternResolver;

/**
 * Looks for {@code <version>/model.onnx} in a directory, on disk or in an archive.
 */
final class VersionDirectories {

	private VersionDirectories() {
	}

	static FoundVersions find(Path directory) throws IOException {
		FoundVersions found = new FoundVersions();
		for (Path version : directories(directory)) {
			try (Stream<Path> entries = Files.list(version)) {
				List<Path> files = entries.filter(Files::isRegularFile).sorted().toList();
				found.add(name(version), files, VersionDirectories::name,
						(file) -> new FileModelSource(file, file.toString()));
			}
		}
		return found;
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
					(file) -> new CopiedModelSource(new ResourceOrigin(file), directory + version + "/" + name(file))));
		}
		return found;
	}

	static List<Path> directories(Path directory) throws IOException {
		try (Stream<Path> entries = Files.list(directory)) {
			return entries.filter(Files::isDirectory).sorted().toList();
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

}
