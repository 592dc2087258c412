package io.modelserving.repository;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

import io.modelserving.model.ModelLoadException;
import io.modelserving.model.ModelSource;
import io.modelserving.model.Quoted;

/**
 * Collects the numbered versions of one directory, and what is passed over.
 */
final class FoundVersions {

	static final String MODEL_FILE = "model.onnx";

	private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,17}");

	private final SortedMap<Long, ModelSource> sources = new TreeMap<>();

	private final List<String> notes = new ArrayList<>();

	/**
	 * Add a directory.
	 * @param <T> the type of files
	 * @param directory the name of the directory; those that begin with a dot are passed
	 * over without a note
	 * @param files its files
	 * @param name gives the name of a file
	 * @param source makes a source of the file that is the model: {@code model.onnx}, or
	 * the only one that ends in {@code .onnx}
	 */
	<T> void add(String directory, Collection<T> files, Function<T, String> name, Function<T, ModelSource> source) {
		if (directory.startsWith(".")) {
			return;
		}
		if (!isVersion(directory)) {
			note("directory %s is passed over: a version is a number without leading zeros", Quoted.name(directory));
			return;
		}
		List<T> models = files.stream().filter((file) -> name.apply(file).endsWith(".onnx")).toList();
		List<T> named = models.stream().filter((file) -> name.apply(file).equals(MODEL_FILE)).toList();
		List<T> chosen = named.isEmpty() ? models : named;
		if (chosen.size() == 1) {
			this.sources.put(Long.valueOf(directory), source.apply(chosen.get(0)));
			return;
		}
		String has = DirectoryNames.list(files.stream().map(name).sorted().toList());
		note("version %s is passed over: no %s in it; it has %s", directory, MODEL_FILE, has);
	}

	void add(long version, ModelSource source) {
		this.sources.put(version, source);
	}

	static boolean isVersion(String directory) {
		return VERSION.matcher(directory).matches();
	}

	private void note(String format, Object... arguments) {
		this.notes.add(format.formatted(arguments));
	}

	boolean isEmpty() {
		return this.sources.isEmpty();
	}

	List<String> notes() {
		return this.notes;
	}

	/**
	 * Select the versions to serve.
	 * @param location where they were found, as configured
	 * @param policy which to select
	 * @param problems reports if versions are missing
	 * @return the versions
	 * @throws ModelLoadException if none of those wanted exists
	 */
	ModelVersions select(String location, VersionPolicy policy, LocationProblems problems) {
		SortedSet<Long> available = new TreeSet<>(this.sources.keySet());
		SortedSet<Long> selected = policy.select(available);
		SortedMap<Long, ModelLoadException> missing = new TreeMap<>();
		if (policy instanceof VersionPolicy.Specific specific && !selected.containsAll(specific.versions())) {
			ModelLoadException problem = problems.missingVersions(location, specific, available, this.notes);
			if (selected.isEmpty()) {
				throw problem;
			}
			specific.versions()
				.stream()
				.filter((version) -> !selected.contains(version))
				.forEach((version) -> missing.put(version, problem));
		}
		SortedMap<Long, ModelSource> chosen = new TreeMap<>(this.sources);
		chosen.keySet().retainAll(selected);
		return new ModelVersions(chosen, missing, available, this.notes);
	}

	/**
	 * Take a location that is one file, which is version 1.
	 * @param source the file
	 * @return that version
	 */
	static FoundVersions ofFile(ModelSource source) {
		FoundVersions found = new FoundVersions();
		found.add(1L, source);
		return found;
	}

}
