package io.modelserving.tuning;

import java.time.Duration;

/**
 * Where candidates are tried. Used by one thread.
 */
interface TuningBench {

	/**
	 * Find out what there is to tune.
	 * @param atMost the time that it may take
	 * @return the conditions
	 * @throws RuntimeException if the model cannot be tuned; the message says why
	 */
	Conditions examine(Duration atMost);

	/**
	 * Load what a setup needs. At most one rig is open at a time.
	 * @param setup what to load
	 * @return the rig, which the caller closes
	 * @throws RuntimeException if it cannot be loaded; the message says why
	 */
	Rig open(Candidate.Setup setup);

	/**
	 * A setup that is loaded.
	 */
	interface Rig extends AutoCloseable {

		/**
		 * Run requests for a while, and see how it goes.
		 * @param maxBatchSize the most rows of a batch
		 * @param slice the time that it may take, unless the first results take longer
		 * @return what was seen
		 * @throws java.util.concurrent.CancellationException if tuning is to end
		 * @throws RuntimeException if a request fails
		 */
		Figures measure(int maxBatchSize, Duration slice);

		/**
		 * Free the sessions.
		 */
		@Override
		void close();

	}

}
