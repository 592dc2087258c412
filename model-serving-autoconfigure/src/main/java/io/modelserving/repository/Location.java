package io.modelserving.repository;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;

/**
 * A location as the user configured it.
 *
 * @param text what the user wrote
 * @param resource what it stands for, null for a plain path
 * @param problems reports what is wrong with it
 */
record Location(String text, @Nullable Resource resource, LocationProblems problems) {

	/** One letter before the colon is a Windows drive. */
	private static final Pattern SCHEME = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]+):.*", Pattern.DOTALL);

	static Location of(String text, ResourceLoader loader, LocationProblems problems) {
		Matcher scheme = SCHEME.matcher(text);
		if (!scheme.matches()) {
			return new Location(text, null, problems);
		}
		return new Location(text, loader.getResource(text), problems);
	}

	boolean isOnDisk() {
		return this.resource == null || this.resource.isFile();
	}

	/**
	 * Return where a location on disk is.
	 * @return the path, of which nothing needs to exist
	 * @throws IOException if this is not {@linkplain #isOnDisk() on disk}
	 */
	Path path() throws IOException {
		try {
			return (this.resource != null) ? this.resource.getFile().toPath() : Path.of(this.text);
		}
		catch (InvalidPathException ex) {
			throw this.problems.unsupported(this.text, "is no path: " + ex.getReason());
		}
	}

}
