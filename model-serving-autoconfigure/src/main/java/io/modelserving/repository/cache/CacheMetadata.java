package io.modelserving.repository.cache;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;

/**
 * What is known of a file, or of the part of it that has arrived, kept beside it.
 *
 * @param location where it comes from, without secrets
 * @param validators the validators of its content
 * @param sha256 the checksum of its content, empty for a part
 */
record CacheMetadata(String location, Validators validators, String sha256) {

	private static final String LOCATION = "location";

	private static final String ETAG = "etag";

	private static final String LAST_MODIFIED = "last-modified";

	private static final String SHA256 = "sha256";

	/**
	 * Read an entry.
	 * @param file the file that has it
	 * @return the entry, or empty if there is none of use
	 */
	static Optional<CacheMetadata> read(Path file) {
		if (!Files.isRegularFile(file)) {
			return Optional.empty();
		}
		Properties properties = new Properties();
		try (Reader reader = Files.newBufferedReader(file)) {
			properties.load(reader);
		}
		catch (IOException | IllegalArgumentException ex) {
			return Optional.empty();
		}
		return Optional.of(new CacheMetadata(properties.getProperty(LOCATION, ""),
				new Validators(properties.getProperty(ETAG), properties.getProperty(LAST_MODIFIED)),
				properties.getProperty(SHA256, "")));
	}

	/**
	 * Write the entry, so that others see the old one or the new one in whole.
	 * @param file the file to have it
	 * @throws IOException if it cannot be written
	 */
	void write(Path file) throws IOException {
		Properties properties = new Properties();
		properties.setProperty(LOCATION, this.location);
		properties.setProperty(SHA256, this.sha256);
		if (this.validators.etag() != null) {
			properties.setProperty(ETAG, this.validators.etag());
		}
		if (this.validators.lastModified() != null) {
			properties.setProperty(LAST_MODIFIED, this.validators.lastModified());
		}
		Path draft = file.resolveSibling(file.getFileName() + ".tmp");
		try (Writer writer = Files.newBufferedWriter(draft)) {
			properties.store(writer, null);
		}
		Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
	}

}
