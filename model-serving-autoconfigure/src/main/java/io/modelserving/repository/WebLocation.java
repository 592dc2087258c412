package io.modelserving.repository;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

import io.modelserving.repository.http.Downloader;
import io.modelserving.repository.http.Uris;

/**
 * A location on a web server: a file, or a file for each version with
 * <code>{version}</code> in its place.
 */
final class WebLocation {

	private static final String VERSION = "{version}";

	private WebLocation() {
	}

	static boolean matches(String location) {
		String text = location.toLowerCase(Locale.ROOT);
		return text.startsWith("http:") || text.startsWith("https:");
	}

	/**
	 * Find the versions. Nothing is asked of the server.
	 * @param location the location
	 * @param policy which versions are wanted
	 * @param files downloads them
	 * @param problems reports what is wrong with the location
	 * @return the versions
	 */
	static FoundVersions find(String location, VersionPolicy policy, Downloader files, LocationProblems problems) {
		if (!location.contains(VERSION)) {
			return FoundVersions.ofFile(source(location, files, problems));
		}
		if (!(policy instanceof VersionPolicy.Specific specific)) {
			throw problems.unlistable(location);
		}
		FoundVersions found = new FoundVersions();
		specific.versions()
			.forEach((version) -> found.add(version,
					source(location.replace(VERSION, Long.toString(version)), files, problems)));
		return found;
	}

	private static CopiedModelSource source(String address, Downloader files, LocationProblems problems) {
		try {
			URI uri = new URI(address);
			if (uri.getHost() == null) {
				throw problems.unsupported(address, "has no host");
			}
			if (uri.getUserInfo() != null) {
				throw problems.unsupported(address.replace(uri.getRawUserInfo() + "@", ""),
						"must not have a password in it");
			}
			return new CopiedModelSource(new HttpOrigin(files, uri), Uris.describe(uri));
		}
		catch (URISyntaxException ex) {
			throw problems.unsupported(address, "is no address: " + ex.getReason());
		}
	}

}
