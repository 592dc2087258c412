package io.modelserving.tuning;

/**
 * Is notified of the progress of tuning, and can end it.
 */
@FunctionalInterface
interface TuningProgress {

	/**
	 * A step begins.
	 * @param step its number, from 1 on
	 * @param steps how many there will be, as far as is known
	 * @param doing what it is, in words
	 * @throws java.util.concurrent.CancellationException if tuning is to end
	 */
	void step(int step, int steps, String doing);

}
