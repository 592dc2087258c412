package io.modelserving.repository;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.modelserving.model.ModelSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.io.Resource;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.StringUtils;

/**
 * A model inside of an archive. Opening it copies it to a temporary directory, under its
 * own name, with the file beside it that holds its weights, if there is one.
 *
 * @param resource the model
 * @param description the location as the user configured it
 */
record CopiedModelSource(Resource resource, String description) implements ModelSource {

	private static final Logger logger = LoggerFactory.getLogger(CopiedModelSource.class);

	@Override
	public LocalFile open() throws IOException {
		Path directory = Files.createTempDirectory("model-serving-");
		try {
			Path file = copy(this.resource, directory);
			for (String companion : companions(file.getFileName().toString())) {
				Resource beside = this.resource.createRelative(companion);
				if (beside.exists()) {
					copy(beside, directory);
				}
			}
			return new Copy(directory, file);
		}
		catch (IOException | RuntimeException ex) {
			delete(directory);
			throw ex;
		}
	}

	private static Path copy(Resource resource, Path directory) throws IOException {
		Path target = directory.resolve(String.valueOf(resource.getFilename()));
		try (InputStream content = resource.getInputStream()) {
			Files.copy(content, target);
		}
		return target;
	}

	/**
	 * Return the names under which exporters put weights beside a model.
	 * @param name the name of the model's file
	 * @return the names, of which a model has one at most
	 */
	private static List<String> companions(String name) {
		String stem = StringUtils.stripFilenameExtension(name);
		return List.of(name + ".data", name + "_data", stem + ".data", stem + "_data");
	}

	private static void delete(Path directory) {
		try {
			FileSystemUtils.deleteRecursively(directory);
		}
		catch (IOException ex) {
			logger.warn("Temporary directory {} of a model could not be deleted", directory, ex);
		}
	}

	private record Copy(Path directory, Path path) implements LocalFile {

		@Override
		public void close() {
			delete(this.directory);
		}

	}

}
