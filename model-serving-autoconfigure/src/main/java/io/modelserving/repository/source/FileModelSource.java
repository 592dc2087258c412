package io.modelserving.repository.source;

import java.nio.file.Path;

import io.modelserving.model.ModelSource;

/**
 * A model that is a file already, and is used where it lies.
 *
 * @param path the file
 * @param description the location as the user configured it
 */
public record FileModelSource(Path path, String description) implements ModelSource {

	@Override
	public LocalFile open() {
		return new InPlace(this.path);
	}

	private record InPlace(Path path) implements LocalFile {

		@Override
		public void close() {
			// the file is the user's
		}

	}

}
