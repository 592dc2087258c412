package io.modelserving.repository.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.io.Resource;
import org.springframework.util.FileSystemUtils;

/**
 * A directory with files of one model, while it is loaded. Used by one thread at a time.
 */
public final class Checkout implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Checkout.class);

	private final Set<String> contents = new HashSet<>();

	private final Map<String, String> unreached = new HashMap<>();

	private final @Nullable Downloader downloader;

	private final String owner;

	private final Path directory;

	Checkout(@Nullable Downloader downloader, String owner, Path directory) {
		this.downloader = downloader;
		this.owner = owner;
		this.directory = directory;
	}

	/**
	 * Make a directory for files of this machine, of which nothing is kept.
	 * @return the directory, which only this process may read
	 * @throws IOException if it cannot be made
	 */
	public static Checkout temporary() throws IOException {
		return new Checkout(null, "", Files.createTempDirectory("model-serving-"));
	}

	private Downloader downloader() {
		return Objects.requireNonNull(this.downloader, "nothing is downloaded");
	}

	public Path directory() {
		return this.directory;
	}

	/**
	 * Get a file from a web server, or from the cache if the server says that it has not
	 * changed or if the server cannot be reached.
	 * @param file the file
	 * @param target where to put it; must not exist
	 * @return what tells this content of the file from another, as the server has it;
	 * empty if it does not say
	 * @throws DownloadException if it cannot be downloaded
	 * @throws IOException if the cache does not work
	 */
	public String fetch(HttpFile file, Path target) throws IOException {
		return note(downloader().fetch(this.owner, file, this::noteUnreached, target));
	}

	/**
	 * Get a resource that is not on this machine, as {@link #fetch(HttpFile, Path)} does.
	 * @param location its location
	 * @param resource the resource
	 * @param target where to put it; must not exist
	 * @return what tells this content from another
	 * @throws DownloadException if it cannot be read
	 * @throws IOException if the cache does not work
	 */
	public String fetch(String location, Resource resource, Path target) throws IOException {
		return note(downloader().fetch(this.owner, location, resource, this::noteUnreached, target));
	}

	private String note(CacheMetadata metadata) {
		this.contents.add(metadata.sha256());
		return metadata.validators().revision();
	}

	/**
	 * Note that something is used as it was fetched before, since its source cannot be
	 * reached.
	 * @param location its location
	 * @param reason why not
	 */
	public void noteUnreached(String location, String reason) {
		logger.warn("{}; what was downloaded before is used", reason);
		this.unreached.put(location, reason);
	}

	/**
	 * Forget a file that is kept elsewhere, or is gone.
	 * @param address its address
	 * @throws IOException if it cannot be removed from the cache
	 */
	public void forget(String address) throws IOException {
		downloader().forget(address);
	}

	/**
	 * Say that the model can be opened of these files, so that the earlier ones of the
	 * same owner are not used any more.
	 */
	public void complete() {
		if (this.downloader != null) {
			this.downloader.opened(this.owner, this.contents, this.unreached);
		}
	}

	@Override
	public void close() {
		try {
			FileSystemUtils.deleteRecursively(this.directory);
		}
		catch (IOException ex) {
			logger.warn("Temporary directory {} of a model could not be deleted", this.directory, ex);
		}
	}

}
