package io.modelserving.serving.server;

import java.lang.management.ManagementFactory;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.modelserving.model.Outcome;
import io.modelserving.serving.ServingListener;
import io.modelserving.serving.statistics.StatisticsCollector;
import io.modelserving.batching.BatchListener;
import io.modelserving.batching.BatchTimes;
import io.modelserving.batching.DispatchReason;
import io.modelserving.batching.admission.RejectionReason;
import io.modelserving.model.ModelKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link CompositeServingListener}.
 */
class CompositeServingListenerTests {

	private static final ModelKey MODEL = new ModelKey("a", 1);

	@Test
	void eventsOfRequestsAllocateNothing() {
		assumeTrue(ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean);
		com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
		assumeTrue(threads.isThreadAllocatedMemorySupported() && threads.isThreadAllocatedMemoryEnabled());
		ServingListener listener = composite(new StatisticsCollector(InstantSource.system()),
				new StatisticsCollector(InstantSource.system()));
		BatchListener batches = listener.batchListener(MODEL);
		BatchTimes times = new BatchTimes(1, 2, 3);
		events(listener, batches, times, 20_000);
		long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
		events(listener, batches, times, 100_000);
		long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
		assertThat(allocated / 500_000.0).as("bytes per event").isLessThan(1);
	}

	private static void events(ServingListener listener, BatchListener batches, BatchTimes times, int count) {
		for (int i = 0; i < count; i++) {
			batches.waited(i);
			batches.dispatched(DispatchReason.FULL, 3, 8);
			batches.executed(3, 8, times, true);
			batches.rejected(RejectionReason.QUEUE_FULL, 2);
			listener.completed(MODEL, Outcome.SUCCESS, i);
		}
	}

	@Test
	void whenAListenerFailsThenTheOthersAreNotified() {
		List<String> notified = new ArrayList<>();
		ServingListener listener = composite(new ServingListener() {

			@Override
			public void completed(ModelKey model, Outcome outcome, long nanos) {
				throw new IllegalStateException("on purpose");
			}

			@Override
			public BatchListener batchListener(ModelKey model) {
				return new BatchListener() {

					@Override
					public void waited(long nanos) {
						throw new StackOverflowError("on purpose");
					}

					@Override
					public void hung() {
						throw new IllegalStateException("on purpose");
					}

				};
			}

		}, new ServingListener() {

			@Override
			public void completed(ModelKey model, Outcome outcome, long nanos) {
				notified.add("completed");
			}

			@Override
			public BatchListener batchListener(ModelKey model) {
				return new BatchListener() {

					@Override
					public void waited(long nanos) {
						notified.add("waited");
					}

					@Override
					public void hung() {
						notified.add("hung");
					}

				};
			}

		});
		BatchListener batches = listener.batchListener(MODEL);
		batches.waited(1);
		batches.hung();
		listener.completed(MODEL, Outcome.SUCCESS, 1);
		assertThat(notified).containsExactly("waited", "hung", "completed");
	}

	private static ServingListener composite(ServingListener... listeners) {
		return new CompositeServingListener(List.of(listeners), (failure) -> false);
	}

}
