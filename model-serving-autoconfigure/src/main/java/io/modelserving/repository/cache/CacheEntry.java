package io.modelserving.repository.cache;

import java.io.IOException;
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
 * @param location the address as it may be shown
 */
record CacheEntry(Path directory, Path contents, String location) {

	/** Directory of all content. */
	static final String CONTENT = "content";

	/** File that says what an entry has. */
	static final String ENTRY = "entry.properties";

	/**
	 * Find the entry of an address.
	 * @param cache the directory of the cache
	 * @param address the address, which may contain secrets
	 * @param location the address as it may be shown
	 * @return the entry, whose directories exist
	 * @throws IOException if they cannot be made
	 */
	static CacheEntry of(Path cache, String address, String location) throws IOException {
		CacheEntry entry = new CacheEntry(cache.resolve(Checksums.sha256(address)), cache.resolve(CONTENT), location);
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

	/**
	 * Return the file that exists if the source said last that it has no such file.
	 */
	Path absent() {
		return this.directory.resolve("absent");
	}

	private Path partEntry() {
		return this.directory.resolve("part.properties");
	}

	private Path entryFile() {
		return this.directory.resolve(ENTRY);
	}

	Path content(CacheMetadata metadata) {
		return this.contents.resolve(metadata.sha256());
	}

	Optional<CacheMetadata> metadata() {
		return CacheMetadata.read(entryFile())
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
		return CacheMetadata.read(partEntry()).flatMap((metadata) -> metadata.validators().strong());
	}

	void beginPart(Validators validators) throws IOException {
		Files.deleteIfExists(part());
		new CacheMetadata(this.location, validators, "").write(partEntry());
	}

	void discardPart() throws IOException {
		Files.deleteIfExists(part());
		Files.deleteIfExists(partEntry());
	}

	/**
	 * Take the part, which is whole now, as the content.
	 * @param validators its validators
	 * @param digest the digest that it must have, or {@code null} if none is known
	 * @return what is known of the content
	 * @throws DownloadException if it has another digest; the part is gone then
	 * @throws IOException if it cannot be moved
	 */
	CacheMetadata keepPart(Validators validators, @Nullable Digest digest) throws IOException {
		if (digest != null && !digest.matches(part())) {
			String actual = digest.of(part());
			discardPart();
			throw new DownloadException(
					"%s has the checksum %s, expected is %s".formatted(this.location, actual, digest), 0, true, null);
		}
		CacheMetadata fresh = new CacheMetadata(this.location, validators, Checksums.sha256(part()));
		CacheMetadata old = metadata().orElse(null);
		Files.move(part(), content(fresh), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		fresh.write(entryFile());
		Files.deleteIfExists(partEntry());
		deleteUnlessUsed(old, fresh);
		return fresh;
	}

	/**
	 * Delete the entry and its content, unless another entry has the same.
	 */
	void delete() throws IOException {
		CacheMetadata old = metadata().orElse(null);
		Files.deleteIfExists(entryFile());
		deleteUnlessUsed(old, null);
	}

	/** Content may be that of several addresses. */
	private void deleteUnlessUsed(@Nullable CacheMetadata old, @Nullable CacheMetadata fresh) throws IOException {
		if (old == null || (fresh != null && old.sha256().equals(fresh.sha256()))) {
			return;
		}
		try (var directories = Files.list(this.directory.toAbsolutePath().getParent())) {
			boolean used = directories.map((directory) -> directory.resolve(ENTRY))
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
