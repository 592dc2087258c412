package io.modelserving.repository.http;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The place of one address in a cache directory: <pre>
 * content/&lt;sha256 of the content&gt;
 * &lt;sha256 of the address&gt;/entry   what the content is told by
 * &lt;sha256 of the address&gt;/part    what has arrived of a download that broke off
 * &lt;sha256 of the address&gt;/lock    held by the process that downloads
 * </pre> Content is written once and never changed. Not thread-safe: whoever uses it
 * holds the lock.
 *
 * @param directory the directory of the address
 * @param contents the directory of all content
 * @param uri the address
 */
record CachePlace(Path directory, Path contents, URI uri) {

	static CachePlace of(Path cache, URI uri) throws IOException {
		CachePlace place = new CachePlace(cache.resolve(Checksums.sha256(uri.toString())), cache.resolve("content"),
				uri);
		Files.createDirectories(place.directory);
		Files.createDirectories(place.contents);
		return place;
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

	Path content(CacheEntry entry) {
		return this.contents.resolve(entry.sha256());
	}

	Optional<CacheEntry> entry() {
		return CacheEntry.read(entryFile(), this.uri)
			.filter((entry) -> !entry.sha256().isEmpty() && Files.isRegularFile(content(entry)));
	}

	/**
	 * Return what the part that has arrived is told by.
	 * @return what a server needs to send the rest; empty if there is nothing that can be
	 * gone on with
	 * @throws IOException if the part cannot be looked at
	 */
	Optional<String> partValidator() throws IOException {
		if (!Files.isRegularFile(part()) || Files.size(part()) == 0) {
			return Optional.empty();
		}
		return CacheEntry.read(partEntry(), this.uri).flatMap((entry) -> entry.validators().strong());
	}

	void beginPart(Validators validators) throws IOException {
		Files.deleteIfExists(part());
		new CacheEntry(this.uri, validators, "").write(partEntry());
	}

	void discardPart() throws IOException {
		Files.deleteIfExists(part());
		Files.deleteIfExists(partEntry());
	}

	/**
	 * Take the part, which is whole now, as the content.
	 * @param validators what it is told by
	 * @return the content
	 * @throws IOException if it cannot be moved
	 */
	Path keepPart(Validators validators) throws IOException {
		CacheEntry fresh = new CacheEntry(this.uri, validators, Checksums.sha256(part()));
		CacheEntry old = entry().orElse(null);
		Files.move(part(), content(fresh), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		fresh.write(entryFile());
		Files.deleteIfExists(partEntry());
		deleteUnlessUsed(old, fresh);
		return content(fresh);
	}

	/** Content may be that of several addresses. */
	private void deleteUnlessUsed(@Nullable CacheEntry old, CacheEntry fresh) throws IOException {
		if (old == null || old.sha256().equals(fresh.sha256())) {
			return;
		}
		try (var places = Files.list(this.directory.toAbsolutePath().getParent())) {
			boolean used = places.map((place) -> place.resolve("entry.properties"))
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
