package io.modelserving.repository.cache;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

import org.springframework.core.io.Resource;

/**
 * Copies a resource that is not on this machine. What tells one content of it from
 * another is its length and the time of its last change.
 *
 * @param resource the resource
 * @param entry where it is kept
 * @param maxBytes the most bytes that it may have
 * @param room makes room for it
 */
record ResourceTransfer(Resource resource, CacheEntry entry, long maxBytes, Room room) implements Transfer {

	private static final int BUFFER_BYTES = 64 * 1024;

	/** What loaders throw is up to them. */
	@Override
	public CacheMetadata run() throws IOException {
		try {
			Validators validators = validators(this.resource);
			CacheMetadata known = this.entry.metadata().orElse(null);
			return (known != null && known.validators().equals(validators)) ? known : copy(validators);
		}
		catch (DownloadException ex) {
			throw ex;
		}
		catch (IOException | RuntimeException ex) {
			this.entry.discardPart();
			throw failure(this.entry.location(), this.resource, ex);
		}
	}

	static Validators validators(Resource resource) throws IOException {
		return new Validators("\"%d-%d\"".formatted(resource.contentLength(), resource.lastModified()), null);
	}

	/** What does not exist is known to, and anything else may pass. */
	static DownloadException failure(String location, Resource resource, Exception cause) {
		boolean absent = isAbsent(resource);
		return new DownloadException("%s cannot be read: %s".formatted(location, absent ? "it does not exist" : cause),
				absent ? 404 : 0, !absent, cause);
	}

	private static boolean isAbsent(Resource resource) {
		try {
			return !resource.exists();
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	private CacheMetadata copy(Validators validators) throws IOException {
		this.entry.beginPart(validators);
		long length = this.resource.contentLength();
		this.room.require(this.entry, length);
		try (InputStream content = this.resource.getInputStream();
				FileChannel part = FileChannel.open(this.entry.part(), StandardOpenOption.CREATE_NEW,
						StandardOpenOption.WRITE)) {
			byte[] buffer = new byte[BUFFER_BYTES];
			long bytes = 0;
			for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
				bytes += read;
				if (bytes > this.maxBytes) {
					throw new DownloadException("%s has more than %d bytes, which is the most that is downloaded"
						.formatted(this.entry.location(), this.maxBytes), 200, false, null);
				}
				ByteBuffer arrived = ByteBuffer.wrap(buffer, 0, read);
				while (arrived.hasRemaining()) {
					this.room.write(this.entry, part, arrived);
				}
			}
			if (length >= 0 && bytes != length) {
				throw new DownloadException("%s cannot be read: it ends after %d of %d bytes"
					.formatted(this.entry.location(), bytes, length), 0, true, null);
			}
		}
		catch (DownloadException ex) {
			this.entry.discardPart();
			throw ex;
		}
		return this.entry.keepPart(validators, null);
	}

}
