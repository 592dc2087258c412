package io.modelserving.repository.source;

import java.io.IOException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSource;
import io.modelserving.repository.cache.Checkout;
import io.modelserving.repository.cache.DownloadException;
import io.modelserving.repository.source.RemoteSource.Fetched;

/**
 * A model that is not on disk. Opening it fetches it, with the files beside it that have
 * its weights and its checksum, into a directory that ends when it is closed. The first
 * time, it notes which revision that was.
 */
public final class CopiedModelSource implements ModelSource {

	private final RemoteSource source;

	private final String description;

	private final Checkouts checkouts;

	private final String owner;

	private final Revisions revisions;

	private volatile @Nullable String opened;

	/**
	 * Create a source.
	 * @param source where the model comes from
	 * @param description the location as the user configured it
	 * @param checkouts makes directories
	 * @param owner the version of a model that this is
	 * @param revisions the revision that each owner opened last
	 */
	public CopiedModelSource(RemoteSource source, String description, Checkouts checkouts, String owner,
			Revisions revisions) {
		this.source = source;
		this.description = description;
		this.checkouts = checkouts;
		this.owner = owner;
		this.revisions = revisions;
	}

	@Override
	public String description() {
		return this.description;
	}

	/**
	 * Ask whether the location has another revision than the one that was opened last.
	 * @return {@code false} also if none was opened, or if the source does not say
	 * @throws IOException if the source cannot be reached
	 */
	public boolean hasChanged() throws IOException {
		return this.revisions.isKnown(this.owner) && this.revisions.differs(this.owner, this.source.revision());
	}

	/**
	 * Ask whether there is a model that could not be opened before.
	 * @return {@code false} also if one was opened, or if the source does not say
	 * @throws IOException if the source cannot be reached, or has none
	 */
	public boolean hasAppeared() throws IOException {
		return !this.revisions.isKnown(this.owner) && !this.source.revision().isEmpty();
	}

	@Override
	public LocalFile open() throws IOException {
		Checkout checkout = this.checkouts.create(this.owner);
		try {
			Fetched fetched = this.source.fetch(checkout);
			if (this.opened == null) {
				this.opened = fetched.revision();
				this.revisions.open(this.owner, fetched.revision());
			}
			checkout.complete();
			return new Copy(checkout, fetched.file());
		}
		catch (DownloadException ex) {
			checkout.close();
			throw new ModelLoadException(String.valueOf(ex.getMessage()),
					"See that the source gives out the file, or correct the property model-serving.models.<name>.location.",
					ex.isRetryable(), ex);
		}
		catch (IOException | RuntimeException | Error ex) {
			checkout.close();
			throw ex;
		}
	}

	private record Copy(Checkout checkout, Path path) implements LocalFile {

		@Override
		public void close() {
			this.checkout.close();
		}

	}

	/** Makes directories for models while they are loaded. */
	public interface Checkouts {

		Checkout create(String owner) throws IOException;

	}

}
