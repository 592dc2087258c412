package io.modelserving.batching;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.junit.jupiter.api.Test;

import io.modelserving.batching.admission.CostCurve;
import io.modelserving.batching.admission.LatencyBudget;
import io.modelserving.batching.admission.LoadEstimate;
import io.modelserving.batching.admission.QueueLength;
import io.modelserving.batching.admission.RejectionReason;
import io.modelserving.batching.admission.Admission.Decision;

import io.modelserving.batching.BatchQueue.WorkerSlot;

/**
 * Tests {@link BatchQueue} and {@link DynamicBatcher} under schedules that Lincheck
 * enumerates: it switches threads at every access to shared memory in turn, and reports a
 * schedule that hangs. Checks are plain, as assertion libraries would be enumerated too.
 */
class InterleavingTests {

	private static final int SCHEDULES = 60;

	@Test
	void whenOneOfferBringsWorkForTwoThenNeitherInstanceSleepsOn() {
		enumerate(() -> {
			BatchQueue<Rows, List<Integer>> queue = queue(1);
			Thread first = start(() -> takeOne(queue));
			Thread second = start(() -> takeOne(queue));
			queue.offer(List.of(call(1), call(1)), LatencyBudget.ANY, 0);
			join(first, second);
			check(queue.length().equals(new QueueLength(0, 0, 0)));
		});
	}

	@Test
	void whenACallIsTakenAndRemovedAtOnceThenOnlyOneGetsIt() {
		enumerate(() -> {
			BatchQueue<Rows, List<Integer>> queue = queue(4);
			PendingCall<Rows, List<Integer>> contested = call(2);
			queue.offer(List.of(contested), LatencyBudget.ANY, 0);
			int[] removed = new int[1];
			Thread remover = start(() -> removed[0] = queue.remove(List.of(contested)));
			Thread offerer = start(() -> queue.offer(List.of(call(1)), LatencyBudget.ANY, 0));
			int taken = rows(take(queue));
			join(remover, offerer);
			queue.close();
			taken += takeAll(queue);
			check(taken + removed[0] == 3);
			check(queue.length().equals(new QueueLength(0, 0, 0)));
		});
	}

	@Test
	void whenTheQueueClosesThenAdmittedCallsAreTakenAndInstancesEnd() {
		enumerate(() -> {
			BatchQueue<Rows, List<Integer>> queue = queue(4);
			int[] taken = new int[2];
			Thread first = start(() -> taken[0] = takeAll(queue));
			Thread second = start(() -> taken[1] = takeAll(queue));
			int admitted = (queue.offer(List.of(call(3)), LatencyBudget.ANY, 0).decision() == Decision.ADMITTED) ? 3
					: 0;
			queue.close();
			join(first, second);
			check(taken[0] + taken[1] == admitted);
		});
	}

	@Test
	void whenASeatIsTakenAwayThenTheOtherInstanceGetsTheCall() {
		enumerate(() -> {
			BatchQueue<Rows, List<Integer>> queue = queue(4);
			WorkerSlot leaving = queue.register();
			int[] taken = new int[2];
			Thread staying = start(() -> taken[0] = takeAll(queue, queue.register()));
			Thread ending = start(() -> taken[1] = takeAll(queue, leaving));
			Thread retiring = start(() -> queue.deregister(leaving));
			queue.offer(List.of(call(1)), LatencyBudget.ANY, 0);
			join(ending, retiring);
			queue.close();
			join(staying);
			check(taken[0] + taken[1] == 1);
		});
	}

	@Test
	void whenThePolicyChangesWhileACallIsOfferedThenTheInstanceTakesIt() {
		enumerate(() -> {
			BatchQueue<Rows, List<Integer>> queue = queue(4);
			Thread instance = start(() -> takeOne(queue));
			Thread operator = start(() -> queue.policy(new BatchingPolicy(1, Duration.ZERO, 1)));
			queue.offer(List.of(call(1)), LatencyBudget.ANY, 0);
			join(instance, operator);
			check(queue.length().equals(new QueueLength(0, 0, 0)));
		});
	}

	@Test
	void whenACallIsCancelledWhileTheQueueIsClearedThenItLeavesOnce() {
		enumerate(() -> {
			int[] rejected = new int[1];
			DynamicBatcher<Rows, List<Integer>> batcher = notStarted(rejected);
			CompletableFuture<List<Integer>> answer = batcher.submit(Rows.of(1), Deadline.NONE);
			Thread canceller = start(() -> answer.cancel(false));
			batcher.drain(Duration.ZERO);
			join(canceller);
			check(answer.isDone());
			check(rejected[0] == 1);
			BatcherSnapshot left = batcher.snapshot();
			check(left.queuedRequests() == 0 && left.queuedRows() == 0 && left.inflight() == 0);
		});
	}

	/**
	 * Run a scenario under schedules. A schedule that does not end is a deadlock only if
	 * Lincheck can show it: on a starved machine it may also run out of time.
	 */
	private static void enumerate(Runnable scenario) {
		for (int attempt = 1; true; attempt++) {
			try {
				Lincheck.runConcurrentTest(SCHEDULES, scenario);
				return;
			}
			catch (LincheckAssertionError ex) {
				if (attempt == 3 || String.valueOf(ex.getMessage()).contains("interleaving")) {
					throw ex;
				}
			}
		}
	}

	private static BatchQueue<Rows, List<Integer>> queue(int maxBatchSize) {
		return new BatchQueue<>(new BatchingPolicy(maxBatchSize, Duration.ZERO, 8),
				new LoadEstimate(CostCurve.UNKNOWN, 4, 1), () -> 0);
	}

	/**
	 * A batcher whose instance never takes anything: timed waiting is not enumerated.
	 */
	private static DynamicBatcher<Rows, List<Integer>> notStarted(int[] rejected) {
		return new DynamicBatcher<>(Batcher
			.dynamic(new Rows.Adapter(),
					List.<BatchFunction<Rows, List<Integer>>>of((batch, workspace) -> batch.values()))
			.policy(new BatchingPolicy(4, Duration.ZERO, 8))
			.completionExecutor(Runnable::run)
			.nanoTime(() -> 0)
			.listener(new BatchListener() {

				@Override
				public void rejected(RejectionReason reason, int rows) {
					synchronized (rejected) {
						rejected[0] += rows;
					}
				}

			}));
	}

	private static PendingCall<Rows, List<Integer>> call(int rows) {
		return new PendingCall<>(Rows.of(1), rows, "", 1, Deadline.NONE, 0, new CompletableFuture<>());
	}

	private static void takeOne(BatchQueue<Rows, List<Integer>> queue) {
		TakenBatch<Rows, List<Integer>> taken = take(queue);
		check(taken != null && taken.batch().size() == 1);
	}

	private static TakenBatch<Rows, List<Integer>> take(BatchQueue<Rows, List<Integer>> queue) {
		return take(queue, queue.register());
	}

	private static TakenBatch<Rows, List<Integer>> take(BatchQueue<Rows, List<Integer>> queue, WorkerSlot slot) {
		try {
			return queue.take(slot);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static int takeAll(BatchQueue<Rows, List<Integer>> queue) {
		return takeAll(queue, queue.register());
	}

	private static int takeAll(BatchQueue<Rows, List<Integer>> queue, WorkerSlot slot) {
		int rows = 0;
		for (TakenBatch<Rows, List<Integer>> next = take(queue, slot); next != null; next = take(queue, slot)) {
			rows += rows(next);
		}
		return rows;
	}

	private static int rows(TakenBatch<Rows, List<Integer>> taken) {
		int rows = 0;
		for (PendingCall<Rows, List<Integer>> call : taken.batch()) {
			rows += call.rows();
		}
		return rows;
	}

	private static Thread start(Runnable task) {
		Thread thread = new Thread(task);
		thread.start();
		return thread;
	}

	private static void join(Thread... threads) {
		for (Thread thread : threads) {
			try {
				thread.join();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

	private static void check(boolean holds) {
		if (!holds) {
			throw new AssertionError();
		}
	}

}
