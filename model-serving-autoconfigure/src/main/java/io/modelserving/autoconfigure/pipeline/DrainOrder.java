package io.modelserving.autoconfigure.pipeline;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The order in which stages drain, so that each one is still there for what those before
 * it have admitted. Pure.
 */
final class DrainOrder {

	private DrainOrder() {
	}

	/**
	 * Order stages.
	 * @param stages the names of all stages
	 * @param ways the names of the stages of each pipeline in the order of the way;
	 * others among them are left out
	 * @return all stages, each before those behind it on any way; where ways contradict
	 * each other, in the order in which they are given
	 */
	static List<String> of(Collection<String> stages, List<List<String>> ways) {
		Set<String> left = new LinkedHashSet<>();
		ways.forEach(left::addAll);
		left.addAll(stages);
		left.retainAll(Set.copyOf(stages));
		List<String> order = new ArrayList<>();
		while (!left.isEmpty()) {
			String next = left.stream()
				.filter((stage) -> ways.stream().noneMatch((way) -> isBehindAny(way, stage, left)))
				.findFirst()
				.orElseGet(() -> left.iterator().next());
			left.remove(next);
			order.add(next);
		}
		return order;
	}

	private static boolean isBehindAny(List<String> way, String stage, Set<String> others) {
		int own = way.indexOf(stage);
		return own > 0 && way.subList(0, own).stream().anyMatch(others::contains);
	}

}
