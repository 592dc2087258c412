package io.modelserving.batching;

import io.modelserving.batching.admission.LoadEstimate;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * What the instances of a batcher have in common.
 *
 * @param name the name of the batcher
 * @param queue what they take batches from
 * @param sharing whether calls share batches
 * @param load what is known of the load
 * @param listener is notified of what they do
 * @param completionExecutor where results are completed
 * @param timer has hung runs looked for
 * @param nanoTime the clock
 * @param hangs what is done about runs that do not end
 * @param warnings limits the warnings of terminated runs
 */
record InstanceParts<I, O>(String name, BatchQueue<I, O> queue, BatchSharing<I, O> sharing, LoadEstimate load,
		BatchListener listener, Executor completionExecutor, DeadlineTimer timer, LongSupplier nanoTime,
		HangPolicy hangs, WarningLimit warnings) {
}
