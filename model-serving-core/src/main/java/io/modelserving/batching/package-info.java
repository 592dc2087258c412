/**
 * Brings calls together into batches and takes their results apart again, on threads that
 * bound how much runs at once.
 */
@NullMarked
package io.modelserving.batching;

import org.jspecify.annotations.NullMarked;
