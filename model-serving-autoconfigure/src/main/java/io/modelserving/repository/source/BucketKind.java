package io.modelserving.repository.source;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.ResourcePatternResolver;

/**
 * Locations that one of Spring's resource loaders knows, and that are not on this
 * machine.
 *
 * @param resources finds the resources
 */
record BucketKind(ResourcePatternResolver resources) implements SourceKind {

	private static final Set<String> LOCAL = Set.of("classpath", "classpath*", "file", "jar", "war", "zip", "vfs",
			"nested");

	private static final String LISTING = "let it end in the file of the model, with {version} for its version, or define a ResourcePatternResolver that lists it, such as S3PathMatchingResourcePatternResolver";

	/** One letter is a drive. */
	private static final Pattern SCHEME = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]+\\*?):.*", Pattern.DOTALL);

	private static final Pattern VERSION = Pattern.compile(".*/([1-9][0-9]{0,17})/([^/]+)\\.onnx", Pattern.DOTALL);

	@Override
	public boolean matches(String location) {
		Matcher scheme = SCHEME.matcher(location);
		return scheme.matches() && !LOCAL.contains(scheme.group(1)) && !isFile(location);
	}

	/** A loader may reject what is no address of its kind, which is said later. */
	private boolean isFile(String location) {
		try {
			return this.resources.getResource(location).isFile();
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	/** What has a name that ends as files do is one. */
	@Override
	public Map<Long, String> list(String location) throws IOException {
		String name = location.substring(location.lastIndexOf('/') + 1);
		if (name.contains(".")) {
			return Map.of();
		}
		String directory = location.endsWith("/") ? location : location + "/";
		BucketOrigin.of(this.resources, directory);
		SortedMap<Long, String> versions = new TreeMap<>();
		for (Resource file : matching(directory)) {
			Matcher version = VERSION.matcher(path(file));
			if (version.matches()) {
				String found = directory + version.group(1) + "/" + version.group(2) + ".onnx";
				versions.merge(Long.valueOf(version.group(1)), found,
						(one, other) -> other.endsWith("/model.onnx") ? other : one);
			}
		}
		if (versions.isEmpty()) {
			throw new IllegalArgumentException("has no version such as 1/model.onnx, or cannot be listed: " + LISTING);
		}
		return versions;
	}

	private Resource[] matching(String directory) throws IOException {
		try {
			return this.resources.getResources(directory + "*/*.onnx");
		}
		catch (IOException | RuntimeException ex) {
			throw new IllegalArgumentException("cannot be listed (%s): %s".formatted(ex, LISTING), ex);
		}
	}

	/** Some have the whole path as their name. */
	private static String path(Resource file) throws IOException {
		String name = String.valueOf(file.getFilename());
		return name.contains("/") ? "/" + name : String.valueOf(file.getURL().getPath());
	}

	@Override
	public Origin source(String location) {
		return BucketOrigin.of(this.resources, location);
	}

}
