package io.modelserving.repository.http;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The files of one address in a cache directory: <pre>
 * content/&lt;sha256 of the content&gt;
 * &lt;sha256 of the address&gt;/entry   its digest and validators
 * &lt;sha256 of the address&gt;/part    what has arrived of a download that broke off
 * &lt;sha256 of the address&gt;/lock    held by the process that downloads
 * </pre> Content is written once and never changed. Not thread-safe: its user holds the
 * lock.
 *
 * @param directory the directory of the address
 * @param contents the directory of all content
 * @param uri the address
 */
record CacheEntry(Path directory, Path contents, URI uri) {

	static CacheEntry of(Path cache, URI uri) throws IOException {
		CacheEntry entry = new CacheEntry(cache.resolve(Checksums.sha256(uri.toString())), cache.resolve("content"),
				uri);
		Files.createDirectories(entry.directory);
		Files.createDirectories(entry.contents);
		return entry;
	}

	Path lock() {
		return this.directory.resolve("lock");
	}

	Path part() {
		return this.directory.resolve("part");
	}

	private Path partEntry() {
		return this.directory.resolve("part.properties");
	}

	private Path entryFile() {
		return this.directory.resolve("entry.properties");
	}

	Path content(CacheMetadata metadata) {
		return this.contents.resolve(metadata.sha256());
	}

	Optional<CacheMetadata> metadata() {
		return CacheMetadata.read(entryFile(), this.uri)
			.filter((metadata) -> !metadata.sha256().isEmpty() && Files.isRegularFile(content(metadata)));
	}

	/**
	 * Return the validators of the part that has arrived.
	 * @return what a server needs to send the rest; empty if there is nothing that can be
	 * gone on with
	 * @throws IOException if the part cannot be looked at
	 */
	Optional<String> partValidator() throws IOException {
		if (!Files.isRegularFile(part()) || Files.size(part()) == 0) {
			return Optional.empty();
		}
		return CacheMetadata.read(partEntry(), this.uri).flatMap((metadata) -> metadata.validators().strong());
	}

	void beginPart(Validators validators) throws IOException {
		Files.deleteIfExists(part());
		new CacheMetadata(this.uri, validators, "").write(partEntry());
	}

	void discardPart() throws IOException {
		Files.deleteIfExists(part());
		Files.deleteIfExists(partEntry());
	}

	/**
	 * Take the part, which is whole now, as the content.
	 * @param validators its validators
	 * @return the content
	 * @throws IOException if it cannot be moved
	 */
	Path keepPart(Validators validators) throws IOException {
		CacheMetadata fresh = new CacheMetadata(this.uri, validators, Checksums.sha256(part()));
		CacheMetadata old = metadata().orElse(null);
		Files.move(part(), content(fresh), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		fresh.write(entryFile());
		Files.deleteIfExists(partEntry());
		deleteUnlessUsed(old, fresh);
		return content(fresh);
	}

	/** Content may be that of several addresses. */
	private void deleteUnlessUsed(@Nullable CacheMetadata old, CacheMetadata fresh) throws IOException {
		if (old == null || old.sha256().equals(fresh.sha256())) {
			return;
		}
		try (var directories = Files.list(this.directory.toAbsolutePath().getParent())) {
			boolean used = directories.map((directory) -> directory.resolve("entry.properties"))
				.filter(Files::isRegularFile)
				.anyMatch((file) -> mentions(file, old.sha256()));
			if (!used) {
				Files.deleteIfExists(content(old));
			}
		}
	}

	private static boolean mentions(Path entry, String sha256) {
		try {
			return Files.readString(entry).contains(sha256);
		}
		catch (IOException ex) {
			return true;
		}
	}

}
