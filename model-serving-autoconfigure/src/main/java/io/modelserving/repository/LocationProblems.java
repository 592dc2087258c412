package io.modelserving.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

import io.modelserving.model.InvalidModelException;
import io.modelserving.model.ModelLoadException;
import io.modelserving.model.NearNames;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.support.ResourcePatternResolver;

/**
 * Says what is wrong with a location, what there is instead, and which property to
 * change.
 *
 * @param subject what is located, as messages name it
 * @param property the property that holds the location
 * @param versionsProperty the property that holds the versions wanted
 */
record LocationProblems(String subject, String property, String versionsProperty) {

	static LocationProblems ofModel(String name) {
		String prefix = "model-serving.models.%s.".formatted(name);
		return new LocationProblems("model \"%s\"".formatted(name), prefix + "location", prefix + "versions");
	}

	static LocationProblems ofRepository() {
		return new LocationProblems("model repository", "model-serving.repository", "model-serving.defaults.versions");
	}

	ModelLoadException unreadable(String location, Exception cause) {
		return problem(location, "cannot be read: " + cause,
				"Make it readable for this process, or change the property %s.".formatted(this.property), cause);
	}

	ModelLoadException unsupported(String location, String problem) {
		return problem(location, problem,
				"Set the property %s to a path, or to a location that begins with \"file:\", \"classpath:\", \"https:\", \"hf:\", \"models:\", \"oci:\" or \"s3:\"."
					.formatted(this.property),
				null);
	}

	/**
	 * Report a file that is not there.
	 * @param location the location as configured
	 * @param path where it would be
	 * @return the exception; it lists what lies beside the first part of the path that
	 * does not exist
	 */
	ModelLoadException missing(String location, Path path) {
		Path missing = path.toAbsolutePath().normalize();
		Path parent = missing.getParent();
		while (parent != null && !Files.exists(parent)) {
			missing = parent;
			parent = missing.getParent();
		}
		List<String> siblings = (parent != null) ? DirectoryNames.of(parent) : List.of();
		return missing(location, String.valueOf(missing.getFileName()), String.valueOf(parent), siblings);
	}

	/**
	 * Report something that is not on the class path or in an archive.
	 * @param location the location as configured
	 * @param resources lists what lies beside it
	 * @return the exception
	 */
	ModelLoadException missing(String location, ResourcePatternResolver resources) {
		String end = location.endsWith("/") ? location.substring(0, location.length() - 1) : location;
		int nameStart = Math.max(end.lastIndexOf('/'), end.indexOf(':')) + 1;
		String parent = end.substring(0, nameStart);
		return missing(location, end.substring(nameStart), parent, DirectoryNames.of(parent, resources));
	}

	private ModelLoadException missing(String location, String name, String parent, List<String> siblings) {
		String hint = NearNames.nearest(name, siblings).map(" Did you mean \"%s\"?"::formatted).orElse("");
		return problem(location,
				"does not exist: there is no \"%s\" in %s, which has %s".formatted(name, parent,
						DirectoryNames.list(siblings)),
				"Put the file there or change the property %s.%s".formatted(this.property, hint), null);
	}

	ModelLoadException noVersions(String location, List<String> names, List<String> notes) {
		String has = notes.isEmpty() ? "it has " + DirectoryNames.list(names) : DirectoryNames.list(notes);
		String hint = names.stream()
			.filter((name) -> name.endsWith(".onnx"))
			.findFirst()
			.map(" If \"%s\" is the model, let the location end in it."::formatted)
			.orElse("");
		return invalid(location, "has no version such as 1/model.onnx; " + has,
				"Put a version there or change the property %s.%s".formatted(this.property, hint));
	}

	ModelLoadException missingVersions(String location, VersionPolicy.Specific wanted, Collection<Long> existing,
			List<String> notes) {
		String passedOver = notes.isEmpty() ? "" : "; " + DirectoryNames.list(notes);
		return invalid(location, "has the versions %s, not all of %s%s".formatted(existing, wanted, passedOver),
				"Put the missing versions there or change the property %s.".formatted(this.versionsProperty));
	}

	ModelLoadException unlistable(String location) {
		return problem(location, "does not say what versions there are",
				"List the versions in the property %s, for instance [1, 3].".formatted(this.versionsProperty), null);
	}

	private ModelLoadException invalid(String location, String problem, String action) {
		return new InvalidModelException("%s: location \"%s\" %s".formatted(this.subject, location, problem), action,
				false, null);
	}

	private ModelLoadException problem(String location, String problem, String action, @Nullable Throwable cause) {
		return new ModelLoadException("%s: location \"%s\" %s".formatted(this.subject, location, problem), action,
				false, cause);
	}

}
