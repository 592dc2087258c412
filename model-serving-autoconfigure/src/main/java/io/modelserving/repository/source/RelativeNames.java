package io.modelserving.repository.source;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names of files that come from callers or from the files of models, and must not lead
 * out of a directory. They are checked as they are written; links that the owner of a
 * directory has put there are followed. Pure.
 */
public final class RelativeNames {

	private static final Pattern SEPARATORS = Pattern.compile("[/\\\\]");

	private static final Pattern DRIVE = Pattern.compile("[a-zA-Z]:.*", Pattern.DOTALL);

	private RelativeNames() {
	}

	/**
	 * Find a file beside another.
	 * @param file the other file
	 * @param name the name of the file, in the directory of the other or in one below it
	 * @return its path, or empty if the name is not one of a file in there
	 */
	static Optional<Path> beside(Path file, String name) {
		Path directory = file.toAbsolutePath().getParent();
		return (directory != null) ? resolve(directory, name) : Optional.empty();
	}

	/**
	 * Find a file in a directory.
	 * @param directory the directory
	 * @param name the name of the file, in the directory or in one below it
	 * @return its path, or empty if the name is not one of a file in there, on whatever
	 * operating system
	 */
	public static Optional<Path> resolve(Path directory, String name) {
		boolean absolute = name.startsWith("/") || name.startsWith("\\") || DRIVE.matcher(name).matches();
		if (name.isBlank() || absolute || SEPARATORS.splitAsStream(name).anyMatch(".."::equals)) {
			return Optional.empty();
		}
		try {
			Path base = directory.toAbsolutePath().normalize();
			Path path = base.resolve(name).normalize();
			return Optional.of(path).filter((inside) -> inside.startsWith(base) && !inside.equals(base));
		}
		catch (InvalidPathException ex) {
			return Optional.empty();
		}
	}

}
