package io.modelserving;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.tngtech.archunit.core.domain.JavaClass;

/**
 * The types that {@code docs/design/api.md} lists.
 *
 * @param types the simple names, or {@code *} for all, by the name of the package below
 * the root
 */
record ApiPage(Map<String, Set<String>> types) {

	static final String ROOT = "io.modelserving";

	/** Are in modules of their own, whose tests hold their rows. */
	private static final Set<String> OF_OTHER_MODULES = Set.of("batch", "messaging");

	private static final Pattern ROW = Pattern.compile("\\| `([a-z.]+)` \\| (.+) \\|");

	private static final Pattern TYPE = Pattern.compile("io\\.modelserving\\.([a-z.]+)\\.([A-Z]\\w*)(?:[.$].*)?");

	static ApiPage read() throws IOException {
		Map<String, Set<String>> types = new LinkedHashMap<>();
		for (String line : Files.readAllLines(Path.of("..", "docs", "design", "api.md"))) {
			Matcher row = ROW.matcher(line);
			if (row.matches()
					&& types.put(row.group(1), new LinkedHashSet<>(List.of(row.group(2).split(", ")))) != null) {
				throw new IllegalStateException("two rows for " + row.group(1));
			}
		}
		return new ApiPage(types);
	}

	/**
	 * Return the full names of the types that are listed by name and can be on the class
	 * path here.
	 */
	Set<String> names() {
		return this.types.entrySet()
			.stream()
			.filter((row) -> !OF_OTHER_MODULES.contains(row.getKey()))
			.flatMap((row) -> row.getValue().stream().map((name) -> ROOT + "." + row.getKey() + "." + name))
			.filter((name) -> !name.endsWith(".*"))
			.collect(Collectors.toCollection(LinkedHashSet::new));
	}

	/**
	 * Return whether a type is listed, or stands in one that is.
	 * @param name the name, as a source file has it or as a class file has it
	 */
	boolean lists(String name) {
		Matcher parts = TYPE.matcher(name);
		if (!parts.matches()) {
			return false;
		}
		Set<String> listed = this.types.getOrDefault(parts.group(1), Set.of());
		return listed.contains("*") || listed.contains(parts.group(2));
	}

	boolean lists(JavaClass type) {
		return lists(type.getName());
	}

}
