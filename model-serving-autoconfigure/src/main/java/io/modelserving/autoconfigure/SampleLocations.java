package io.modelserving.autoconfigure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternUtils;
import org.springframework.util.ResourceUtils;

import io.modelserving.codec.SampleFile;
import io.modelserving.codec.SampleFiles;
import io.modelserving.model.ModelLoadException;
import io.modelserving.serving.WarmUpSettings.Samples;

/**
 * Finds samples where the configuration says they are: paths, or locations of Spring's
 * resources, in which a star stands for all files of a directory. The files are found at
 * once and read whenever the model is loaded.
 */
final class SampleLocations implements WarmUpSamples {

	private final ResourcePatternResolver resources;

	private final SampleFiles files;

	SampleLocations(ResourceLoader resourceLoader, SampleFiles files) {
		this.resources = ResourcePatternUtils.getResourcePatternResolver(resourceLoader);
		this.files = files;
	}

	@Override
	public Samples find(String model, List<String> locations) {
		List<Found> found = new ArrayList<>();
		for (String location : locations) {
			List<Found> here = find(location);
			if (here.isEmpty()) {
				throw problem(model, location, "does not exist", null);
			}
			found.addAll(here);
		}
		return (signature) -> this.files.read(model, found.stream().map((file) -> read(model, file)).toList(),
				signature);
	}

	private List<Found> find(String location) {
		String url = ResourceUtils.isUrl(location) || location.startsWith("classpath") ? location : "file:" + location;
		try {
			Resource[] resources = this.resources.getResources(url);
			return Arrays.stream(resources)
				.filter(Resource::isReadable)
				.map((resource) -> new Found((resources.length > 1) ? String.valueOf(resource.getFilename()) : location,
						resource))
				.sorted()
				.toList();
		}
		catch (IOException ex) {
			return List.of();
		}
	}

	private static SampleFile read(String model, Found file) {
		try {
			return new SampleFile(file.name(), file.resource().getContentAsByteArray());
		}
		catch (IOException ex) {
			throw problem(model, file.name(), "cannot be read: " + ex, ex);
		}
	}

	private static ModelLoadException problem(String model, String location, String problem,
			@Nullable IOException cause) {
		return new ModelLoadException("model \"%s\": sample \"%s\" %s".formatted(model, location, problem),
				"Put the file there or change the property %s.".formatted(
						ModelServingProperties.pathOf(model).child("warm-up").child("samples").name()),
				false, cause);
	}

	/**
	 * A file that was found.
	 *
	 * @param name its name, whose end says what is in it
	 * @param resource the file
	 */
	private record Found(String name, Resource resource) implements Comparable<Found> {

		@Override
		public int compareTo(Found other) {
			return this.name.compareTo(other.name);
		}

	}

}
