package io.modelserving.repository.source;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The revisions of models that were opened last, by the version of a model that opened
 * them. Thread-safe.
 * <p>
 * A source may name the same content in one way when it is asked and in another when it
 * is fetched. So what it said last before the model was opened counts as opened, too;
 * otherwise such a model would be loaded again and again.
 */
public final class Revisions {

	private final Map<String, Set<String>> opened = new HashMap<>();

	private final Map<String, String> said = new HashMap<>();

	synchronized void open(String owner, String revision) {
		Set<String> both = new HashSet<>(Set.of(revision));
		both.add(this.said.getOrDefault(owner, revision));
		this.opened.put(owner, both);
	}

	/**
	 * Return whether something was opened that has a revision.
	 */
	synchronized boolean isKnown(String owner) {
		return !this.opened.getOrDefault(owner, Set.of("")).equals(Set.of(""));
	}

	/**
	 * Compare.
	 * @param owner the version of a model
	 * @param now the revision that its source says it has, empty if it does not say
	 * @return whether another was opened
	 */
	synchronized boolean differs(String owner, String now) {
		this.said.put(owner, now);
		return !now.isEmpty() && !this.opened.getOrDefault(owner, Set.of()).contains(now);
	}

}
