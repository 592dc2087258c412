package io.modelserving.repository;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which versions of a model are served.
 */
public sealed interface VersionPolicy {

	/**
	 * Select versions.
	 * @param available the existing versions
	 * @return those of them to serve, ascending
	 */
	SortedSet<Long> select(Collection<Long> available);

	/**
	 * Parse what users write.
	 * @param text {@code latest}, {@code latest:2} for the two highest, {@code all}, or a
	 * list of versions such as {@code [1, 3]} or {@code 1,3}
	 * @return the policy
	 * @throws IllegalArgumentException if the text is none of these
	 */
	static VersionPolicy parse(String text) {
		String value = text.strip();
		if (value.equalsIgnoreCase("latest")) {
			return new Latest(1);
		}
		if (value.equalsIgnoreCase("all")) {
			return new All();
		}
		try {
			if (value.regionMatches(true, 0, "latest:", 0, 7)) {
				return new Latest(Integer.parseInt(value.substring(7).strip()));
			}
			String list = (value.startsWith("[") && value.endsWith("]")) ? value.substring(1, value.length() - 1)
					: value;
			return new Specific(Arrays.stream(list.split(",", -1)).map(String::strip).map(Long::valueOf).toList());
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"versions \"%s\" is none of: latest, latest:2, all, a list of positive numbers such as [1, 3]"
						.formatted(text),
					ex);
		}
	}

	/**
	 * The highest versions.
	 *
	 * @param count how many, at least 1
	 */
	record Latest(int count) implements VersionPolicy {

		public Latest {
			if (count < 1) {
				throw new IllegalArgumentException("the latest %d versions: at least 1 is needed".formatted(count));
			}
		}

		@Override
		public SortedSet<Long> select(Collection<Long> available) {
			TreeSet<Long> selected = new TreeSet<>(available);
			while (selected.size() > this.count) {
				selected.pollFirst();
			}
			return selected;
		}

		@Override
		public String toString() {
			return (this.count == 1) ? "latest" : "latest:" + this.count;
		}

	}

	/** Every version. */
	record All() implements VersionPolicy {

		@Override
		public SortedSet<Long> select(Collection<Long> available) {
			return new TreeSet<>(available);
		}

		@Override
		public String toString() {
			return "all";
		}

	}

	/**
	 * Some versions.
	 *
	 * @param versions the versions, each at least 1; at least one
	 */
	record Specific(List<Long> versions) implements VersionPolicy {

		public Specific {
			versions = List.copyOf(versions);
			if (versions.isEmpty() || versions.stream().anyMatch((version) -> version < 1)) {
				throw new IllegalArgumentException("versions %s: positive numbers are needed".formatted(versions));
			}
		}

		@Override
		public SortedSet<Long> select(Collection<Long> available) {
			TreeSet<Long> selected = new TreeSet<>(available);
			selected.retainAll(this.versions);
			return selected;
		}

		@Override
		public String toString() {
			return this.versions.toString();
		}

	}

}
