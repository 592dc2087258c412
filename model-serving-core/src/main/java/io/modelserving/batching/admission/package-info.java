/**
 * Decides whether a call is admitted: from a snapshot of the load, without locks, threads
 * or a clock.
 */
@NullMarked
package io.modelserving.batching.admission;

import org.jspecify.annotations.NullMarked;
