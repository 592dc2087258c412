package io.modelserving.repository.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import io.modelserving.repository.cache.Checkout;

/**
 * The file of a model that is not on disk, with others beside it that have its weights
 * and its checksum.
 */
interface Origin extends RemoteSource {

	/**
	 * Return the last part of its name.
	 * @return the name, without separators
	 */
	String fileName();

	/**
	 * Copy it.
	 * @param checkout what it is a part of
	 * @param target where to; must not exist
	 * @return its revision
	 * @throws IOException if it cannot be read
	 */
	String copyTo(Checkout checkout, Path target) throws IOException;

	/**
	 * Copy a file that is beside it, if there is one.
	 * @param checkout what it is a part of
	 * @param name its name relative to this one, which does not lead upwards
	 * @param target where to; must not exist
	 * @throws IOException if it cannot be read
	 */
	void copyBeside(Checkout checkout, String name, Path target) throws IOException;

	/** What is missing is noticed when the files are checked. */
	@Override
	default Fetched fetch(Checkout checkout) throws IOException {
		Path file = checkout.directory().resolve(fileName());
		String revision = copyTo(checkout, file);
		Path checksum = file.resolveSibling(fileName() + ChecksumFile.SUFFIX);
		copyBeside(checkout, String.valueOf(checksum.getFileName()), checksum);
		for (Map.Entry<String, Path> external : ExternalFiles.of(file).entrySet()) {
			if (Files.notExists(external.getValue())) {
				Files.createDirectories(external.getValue().getParent());
				copyBeside(checkout, external.getKey(), external.getValue());
			}
		}
		return new Fetched(file, revision);
	}

}
