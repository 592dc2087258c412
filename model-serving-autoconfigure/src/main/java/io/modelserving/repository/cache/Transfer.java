package io.modelserving.repository.cache;

import java.io.IOException;

/**
 * Brings a file into its entry in the cache.
 */
interface Transfer {

	/**
	 * Get the file, or learn that what is in the entry is still valid.
	 * @return what is known of the content that is in the entry now
	 * @throws DownloadException if the file cannot be fetched
	 * @throws IOException if the cache does not work
	 */
	CacheMetadata run() throws IOException;

}
