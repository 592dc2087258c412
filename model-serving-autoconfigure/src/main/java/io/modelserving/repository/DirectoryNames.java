package io.modelserving.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

import io.modelserving.model.Quoted;

import org.springframework.core.io.support.ResourcePatternResolver;

/**
 * Names of what lies in a directory, for messages. What cannot be listed is shown as
 * empty: the problem to report is another one.
 */
final class DirectoryNames {

	private DirectoryNames() {
	}

	static List<String> of(Path directory) {
		try (Stream<Path> entries = Files.list(directory)) {
			return entries.map((entry) -> entry.getFileName().toString()).sorted().toList();
		}
		catch (IOException ex) {
			return List.of();
		}
	}

	static List<String> of(String location, ResourcePatternResolver resources) {
		try {
			return Stream.of(resources.getResources(location + "*"))
				.map((entry) -> String.valueOf(entry.getFilename()))
				.distinct()
				.sorted()
				.toList();
		}
		catch (IOException ex) {
			return List.of();
		}
	}

	static String list(Collection<String> names) {
		return names.isEmpty() ? "nothing" : Quoted.list(names);
	}

}
