package io.modelserving.tuning;

import java.time.Duration;
import java.util.List;

/**
 * What there is to tune.
 *
 * @param model the name of the model
 * @param current the settings in force
 * @param queueDelay the time that a request may wait for others, in force and for every
 * candidate
 * @param cores the cores that the process may use
 * @param devices the number of devices that the model runs on
 * @param accelerated whether it runs elsewhere than on the cores, so that threads matter
 * little
 * @param batchSizes the batch sizes to try unless others are asked for, 1 first and alone
 * if calls cannot share batches
 * @param queueCapacity the most rows that may wait, and so the most of a batch
 * @param notes what limits the choice, in sentences for the operator
 */
record Conditions(String model, Candidate current, Duration queueDelay, int cores, int devices, boolean accelerated,
		List<Integer> batchSizes, int queueCapacity, List<String> notes) {

	Conditions {
		batchSizes = List.copyOf(batchSizes);
		notes = List.copyOf(notes);
	}

	boolean oversubscribes(Candidate.Setup setup) {
		return !this.accelerated && setup.instances() * setup.intraOpThreads() * this.devices > this.cores;
	}

}
