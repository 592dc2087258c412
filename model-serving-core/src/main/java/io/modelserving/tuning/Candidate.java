package io.modelserving.tuning;

/**
 * Settings that can be tried.
 *
 * @param instances the number of instances on each device
 * @param intraOpThreads the threads that share the work of one operator
 * @param maxBatchSize the most rows of a batch
 */
public record Candidate(int instances, int intraOpThreads, int maxBatchSize) {

	public Candidate {
		if (instances < 1 || intraOpThreads < 1 || maxBatchSize < 1) {
			throw new IllegalArgumentException("%d instances of %d threads, batches of %d rows: each must be at least 1"
				.formatted(instances, intraOpThreads, maxBatchSize));
		}
	}

	/**
	 * Return what has to be loaded for it.
	 * @return the setup, which it shares with other batch sizes
	 */
	public Setup setup() {
		return new Setup(this.instances, this.intraOpThreads);
	}

	@Override
	public String toString() {
		return (this.maxBatchSize == 1) ? "%s, no batches".formatted(setup())
				: "%s, batches of up to %d".formatted(setup(), this.maxBatchSize);
	}

	/**
	 * Sessions that are loaded together.
	 *
	 * @param instances the number of instances on each device
	 * @param intraOpThreads the threads that share the work of one operator
	 */
	public record Setup(int instances, int intraOpThreads) {

		/**
		 * Return how many copies of the model there are on each device: instances of one
		 * thread share one.
		 */
		int sessions() {
			return (this.intraOpThreads == 1) ? 1 : this.instances;
		}

		@Override
		public String toString() {
			return "%d instance%s × %d thread%s".formatted(this.instances, (this.instances == 1) ? "" : "s",
					this.intraOpThreads, (this.intraOpThreads == 1) ? "" : "s");
		}

	}

}
