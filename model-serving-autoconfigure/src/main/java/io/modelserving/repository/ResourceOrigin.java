package io.modelserving.repository;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

import org.springframework.core.io.Resource;

/**
 * A file in an archive.
 *
 * @param resource the file
 */
record ResourceOrigin(Resource resource) implements Origin {

	@Override
	public String fileName() {
		return String.valueOf(this.resource.getFilename());
	}

	@Override
	public Path createDirectory() throws IOException {
		return Files.createTempDirectory("model-serving-");
	}

	@Override
	public void copyTo(Path target) throws IOException {
		try (InputStream content = this.resource.getInputStream()) {
			Files.copy(content, target);
		}
	}

	@Override
	public void copyBeside(String name, Path target) throws IOException {
		Resource beside = this.resource.createRelative(name);
		if (beside.exists()) {
			new ResourceOrigin(beside).copyTo(target);
		}
	}

}
