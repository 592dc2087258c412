package io.modelserving.batching;

import java.time.Duration;
import java.util.List;

/**
 * Tests that {@link DynamicBatcher} keeps the contract; the classes beside this one test
 * what is its own.
 */
class DynamicBatcherTests extends BatcherContractTests {

	@Override
	Batcher<Rows, List<Integer>> create(BatchFunction<Rows, List<Integer>> function, FakeTicker ticker) {
		return Batcher.dynamic(new Rows.Adapter(), List.of(function, function))
			.policy(new BatchingPolicy(8, Duration.ZERO, 1024))
			.nanoTime(ticker)
			.build();
	}

}
