package io.modelserving.repository;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file that is not on disk.
 */
interface Origin {

	/**
	 * Return the last part of its name.
	 * @return the name, without separators
	 */
	String fileName();

	/**
	 * Make a directory for its copy.
	 * @return a new directory that only this process may read
	 * @throws IOException if it cannot be made
	 */
	Path createDirectory() throws IOException;

	/**
	 * Copy it.
	 * @param target where to; must not exist
	 * @throws IOException if it cannot be read
	 */
	void copyTo(Path target) throws IOException;

	/**
	 * Copy a file that is beside it, if there is one.
	 * @param name its name relative to this one, which does not lead upwards
	 * @param target where to; must not exist
	 * @throws IOException if it cannot be read
	 */
	void copyBeside(String name, Path target) throws IOException;

}
