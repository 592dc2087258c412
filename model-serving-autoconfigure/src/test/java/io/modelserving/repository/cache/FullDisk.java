package io.modelserving.repository.cache;

/**
 * A disk that has no room.
 */
public final class FullDisk {

	private FullDisk() {
	}

	/**
	 * Return downloads onto such a disk.
	 * @param settings the settings
	 * @param freeBytes what it has left, whatever is written
	 * @return the downloads
	 */
	public static Downloader downloader(DownloadSettings settings, long freeBytes) {
		return new Downloader(settings, (directory) -> freeBytes);
	}

}
