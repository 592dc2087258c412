package io.modelserving.serving.statistics;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.modelserving.batching.BatchTimes;
import io.modelserving.serving.statistics.ModelStatistics.BatchFigures;

/**
 * Adds up what runs took, by their number of rows. Thread-safe: the table is copied under
 * the lock of this object for a size that occurs for the first time, and read without it,
 * so that adding takes no lock and no memory otherwise.
 */
final class BatchSizeAdders {

	private volatile @Nullable ComputeAdders[] byRows = new ComputeAdders[0];

	void add(int rows, BatchTimes times) {
		@Nullable ComputeAdders[] known = this.byRows;
		ComputeAdders adders = (rows < known.length) ? known[rows] : null;
		((adders != null) ? adders : adders(rows)).add(times, 1);
	}

	private synchronized ComputeAdders adders(int rows) {
		@Nullable ComputeAdders[] known = this.byRows;
		ComputeAdders adders = (rows < known.length) ? known[rows] : null;
		if (adders == null) {
			adders = new ComputeAdders();
			@Nullable ComputeAdders[] extended = Arrays.copyOf(known, Math.max(known.length, rows + 1));
			extended[rows] = adders;
			this.byRows = extended;
		}
		return adders;
	}

	SortedMap<Integer, BatchFigures> figures() {
		SortedMap<Integer, BatchFigures> figures = new TreeMap<>();
		@Nullable ComputeAdders[] known = this.byRows;
		for (int rows = 0; rows < known.length; rows++) {
			ComputeAdders adders = known[rows];
			if (adders != null) {
				figures.put(rows, adders.figures());
			}
		}
		return figures;
	}

}
