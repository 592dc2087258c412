package io.modelserving.pipeline;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.BatchAdapter;
import io.modelserving.tensor.Workspace;

/**
 * Batches of items, which are lists: an item is a row.
 */
final class StageBatches<I, O> implements BatchAdapter<List<I>, List<StageResult<O>>> {

	@Override
	public int rows(List<I> items) {
		return items.size();
	}

	@Override
	public Object group(List<I> items) {
		return "";
	}

	@Override
	public List<I> slice(List<I> items, int from, int to) {
		return items.subList(from, to);
	}

	@Override
	public List<I> merge(List<List<I>> calls, Workspace workspace) {
		return concatenate(calls);
	}

	@Override
	public @Nullable String mismatch(List<StageResult<O>> results, List<List<I>> calls) {
		int items = calls.stream().mapToInt(List::size).sum();
		return (results.size() == items) ? null
				: "the stage gave %d results for %d items".formatted(results.size(), items);
	}

	@Override
	public List<List<StageResult<O>>> scatter(List<StageResult<O>> results, List<List<I>> calls) {
		List<List<StageResult<O>>> scattered = new ArrayList<>(calls.size());
		int next = 0;
		for (List<I> call : calls) {
			scattered.add(results.subList(next, next + call.size()));
			next += call.size();
		}
		return scattered;
	}

	@Override
	public List<StageResult<O>> join(List<List<StageResult<O>>> slices) {
		return concatenate(slices);
	}

	private static <T> List<T> concatenate(List<List<T>> lists) {
		if (lists.size() == 1) {
			return lists.get(0);
		}
		List<T> all = new ArrayList<>();
		lists.forEach(all::addAll);
		return all;
	}

}
