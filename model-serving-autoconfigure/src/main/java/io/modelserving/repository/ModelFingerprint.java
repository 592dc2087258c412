package io.modelserving.repository;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of a model at one moment. Pure.
 *
 * @param files what tells their content, by their path in the directory of the model,
 * with {@code /} between its parts
 */
record ModelFingerprint(SortedMap<String, FileFingerprint> files) {

	private static final Pattern IN_VERSION = Pattern.compile("([1-9][0-9]{0,17})/.*");

	/** A model without versions, with its weights and its checksum. */
	private static final Pattern IN_DIRECTORY = Pattern.compile("[^/]+\\.(?:onnx.*|bin|data)");

	/** Name of the file with the settings of a model. */
	private static final String SETTINGS = "model.yml";

	ModelFingerprint {
		files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
	}

	/**
	 * Return whether a file counts.
	 * @param file its path in the directory of the model, empty for a model that is a
	 * file itself
	 * @return whether a change of it changes the model
	 */
	static boolean counts(String file) {
		return file.isEmpty() || file.equals(SETTINGS) || IN_DIRECTORY.matcher(file).matches()
				|| IN_VERSION.matcher(file).matches();
	}

	/**
	 * Compare with an earlier moment.
	 * @param earlier the files at that moment
	 * @return what has changed since then
	 */
	ModelChange since(ModelFingerprint earlier) {
		Set<Long> versions = new TreeSet<>();
		boolean settings = false;
		Map<String, FileFingerprint> all = new HashMap<>(earlier.files);
		all.putAll(this.files);
		for (String file : all.keySet()) {
			FileFingerprint now = this.files.get(file);
			if (now == null || !now.equals(earlier.files.get(file))) {
				Matcher version = IN_VERSION.matcher(file);
				if (version.matches()) {
					versions.add(Long.valueOf(version.group(1)));
				}
				settings |= !version.matches();
			}
		}
		return new ModelChange(versions, settings);
	}

}
