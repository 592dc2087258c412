package io.modelserving.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import io.modelserving.model.ModelSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.FileSystemUtils;

/**
 * A model that is not on disk. Opening it copies it to a temporary directory of its own,
 * under its own name, with the files beside it that have its weights and its checksum.
 *
 * @param origin the model
 * @param description the location as the user configured it
 */
record CopiedModelSource(Origin origin, String description) implements ModelSource {

	private static final Logger logger = LoggerFactory.getLogger(CopiedModelSource.class);

	@Override
	public LocalFile open() throws IOException {
		Path directory = this.origin.createDirectory();
		try {
			Path file = directory.resolve(this.origin.fileName());
			this.origin.copyTo(file);
			copyBeside(file.getFileName() + ChecksumFile.SUFFIX,
					file.resolveSibling(file.getFileName() + ChecksumFile.SUFFIX));
			for (Map.Entry<String, Path> external : ExternalFiles.of(file).entrySet()) {
				copyBeside(external.getKey(), external.getValue());
			}
			return new Copy(directory, file);
		}
		catch (IOException | RuntimeException ex) {
			delete(directory);
			throw ex;
		}
	}

	/** What is missing is noticed when the files are checked. */
	private void copyBeside(String name, Path target) throws IOException {
		if (Files.notExists(target)) {
			Files.createDirectories(target.getParent());
			this.origin.copyBeside(name, target);
		}
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
