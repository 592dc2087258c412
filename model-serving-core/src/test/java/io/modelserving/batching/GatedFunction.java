package io.modelserving.batching;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.modelserving.tensor.Workspace;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An instance whose runs the test lets go on. It remembers the batches, and answers ten
 * times the number of each row.
 */
final class GatedFunction implements BatchFunction<Rows, List<Integer>> {

	private static final int ALL = 1 << 20;

	private final List<List<Integer>> batches = new CopyOnWriteArrayList<>();

	private final List<Thread> threads = new CopyOnWriteArrayList<>();

	private final AtomicInteger finished = new AtomicInteger();

	private final Semaphore entered = new Semaphore(0);

	private final Semaphore permits = new Semaphore(0);

	private volatile Consumer<List<Integer>> behavior = values -> {
	};

	@Override
	public List<Integer> run(Rows batch, Workspace workspace) {
		this.batches.add(List.copyOf(batch.values()));
		this.threads.add(Thread.currentThread());
		this.entered.release();
		this.permits.acquireUninterruptibly();
		this.behavior.accept(batch.values());
		this.finished.incrementAndGet();
		return batch.answer();
	}

	/**
	 * Set what a run does before it answers; it may throw.
	 */
	GatedFunction doing(Consumer<List<Integer>> behavior) {
		this.behavior = behavior;
		return this;
	}

	GatedFunction failingOn(int value, RuntimeException failure) {
		return doing(values -> {
			if (values.contains(value)) {
				throw failure;
			}
		});
	}

	/**
	 * Wait for the next run to begin.
	 */
	void awaitRun() {
		try {
			assertThat(this.entered.tryAcquire(30, TimeUnit.SECONDS)).as("a run begins").isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Let one run go on.
	 */
	void release() {
		this.permits.release();
	}

	/**
	 * Let all runs go on, those to come too.
	 */
	GatedFunction open() {
		this.permits.release(ALL);
		return this;
	}

	List<List<Integer>> batches() {
		return this.batches;
	}

	/**
	 * Return how many runs have ended with an answer.
	 */
	int finished() {
		return this.finished.get();
	}

	List<Thread> threads() {
		return this.threads;
	}

}
