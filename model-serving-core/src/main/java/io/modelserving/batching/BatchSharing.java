package io.modelserving.batching;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Whether calls share batches: as the adapter has it, until a run shows that they cannot.
 * From then on each call runs alone, unchanged.
 * <p>
 * Protocol: the reason is written once, and read by any thread without a lock. An
 * instance that has run a batch of several calls reads it before it divides the output,
 * so no output of a shared run is divided after another run has shown that it must not
 * be.
 */
final class BatchSharing<I, O> {

	private final BatchAdapter<I, O> shared;

	private final BatchAdapter<I, O> alone;

	private final Consumer<String> ended;

	private volatile @Nullable String obstacle;

	/**
	 * Create a sharing that has no obstacle.
	 * @param ended is given the reason once calls share no batches any more
	 */
	BatchSharing(BatchAdapter<I, O> shared, Consumer<String> ended) {
		this.shared = shared;
		this.alone = shared.alone();
		this.ended = ended;
	}

	/**
	 * Return the adapter of calls that arrive now.
	 */
	BatchAdapter<I, O> adapter() {
		return (this.obstacle != null) ? this.alone : this.shared;
	}

	BatchAdapter<I, O> alone() {
		return this.alone;
	}

	/**
	 * Return why calls share no batches any more.
	 * @return the reason, or {@code null} while they may
	 */
	@Nullable String obstacle() {
		return this.obstacle;
	}

	/**
	 * Share no batches from now on. The first reason stays.
	 */
	void end(String reason) {
		synchronized (this) {
			if (this.obstacle != null) {
				return;
			}
			this.obstacle = reason;
		}
		this.ended.accept(reason);
	}

}
