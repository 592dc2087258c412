package io.modelserving.repository.source;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

import org.springframework.core.io.support.ResourcePatternResolver;

import io.modelserving.repository.cache.Downloader;

/**
 * The kinds of locations that are not on this machine.
 */
public final class SourceKinds {

	private SourceKinds() {
	}

	/**
	 * Return all kinds.
	 * @param resources finds what has other schemes
	 * @param downloads fetches
	 * @param settings how sources are reached
	 * @return the kinds; the first that matches counts
	 */
	public static List<SourceKind> all(ResourcePatternResolver resources, Downloader downloads,
			SourceSettings settings) {
		return List.of(of("hf:", (location) -> HuggingFaceSource.of(location, settings.huggingFace(), downloads)),
				of("models:", (location) -> MlflowSource.of(location, settings.mlflow(), downloads, resources)),
				of("oci:", (location) -> OciSource.of(location, settings, downloads)),
				of("http:", (location) -> HttpOrigin.of(downloads, location)),
				of("https:", (location) -> HttpOrigin.of(downloads, location)), new BucketKind(resources));
	}

	private static SourceKind of(String prefix, Function<String, RemoteSource> factory) {
		return new SourceKind() {

			@Override
			public boolean matches(String location) {
				return location.toLowerCase(Locale.ROOT).startsWith(prefix);
			}

			@Override
			public RemoteSource source(String location) {
				return factory.apply(location);
			}

		};
	}

}
