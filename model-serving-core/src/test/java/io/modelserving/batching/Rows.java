package io.modelserving.batching;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.modelserving.tensor.Workspace;

/**
 * What calls bring in the tests: a row is a number. Calls of one group share batches.
 */
record Rows(String group, List<Integer> values) {

	static Rows of(Integer... values) {
		return inGroup("", values);
	}

	static Rows inGroup(String group, Integer... values) {
		return new Rows(group, Arrays.asList(values));
	}

	/**
	 * The answer to rows, each ten times as much.
	 */
	List<Integer> answer() {
		return this.values.stream().map(value -> value * 10).toList();
	}

	/**
	 * Shows that a batcher needs no tensors.
	 */
	static class Adapter implements BatchAdapter<Rows, List<Integer>> {

		@Override
		public int rows(Rows input) {
			return input.values().size();
		}

		@Override
		public Object group(Rows input) {
			return input.group();
		}

		@Override
		public Rows slice(Rows input, int from, int to) {
			return new Rows(input.group(), input.values().subList(from, to));
		}

		@Override
		public Rows merge(List<Rows> inputs, Workspace workspace) {
			List<Integer> values = new ArrayList<>();
			inputs.forEach(input -> values.addAll(input.values()));
			return new Rows(inputs.get(0).group(), values);
		}

		@Override
		public List<List<Integer>> scatter(List<Integer> output, List<Rows> inputs) {
			List<List<Integer>> answers = new ArrayList<>();
			int from = 0;
			for (Rows input : inputs) {
				answers.add(output.subList(from, from + input.values().size()));
				from += input.values().size();
			}
			return answers;
		}

		@Override
		public List<Integer> join(List<List<Integer>> outputs) {
			List<Integer> joined = new ArrayList<>();
			outputs.forEach(joined::addAll);
			return joined;
		}

	}

}
